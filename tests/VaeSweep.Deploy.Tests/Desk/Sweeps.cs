namespace VaeSweep.Deploy.Tests;

/// <summary>Sweeps that these tests run.</summary>
internal static class Sweeps
{
    /// <summary>Two trials, too unlike to share a pack.</summary>
    public static string Of(string name, int epochs, string dataset = "mnist") =>
        $$"""
        name: {{name}}
        dataset: { name: {{dataset}}, train: 200, valid: 50, test: 50, binarization: dynamic }
        model: { hidden: [16] }
        train: { epochs: {{epochs}}, batch_size: 50, checkpoint_epochs: 5 }
        evaluate: { metrics: [test_elbo], importance_samples: 5 }
        parameters: { model.latent: [2, 3] }
        seeds: 1
        table: { by: [model.latent], metric: test_elbo }

        """;
}
