namespace VaeSweep.Chaos;

/// <summary>The sweeps that are disturbed: seconds long, with what a resume can get wrong (moments, running averages, noise,
/// order, binarisation).</summary>
internal static class Sweeps
{
    /// <summary>Four trials with a checkpoint after each of their six epochs.</summary>
    public static string Short(int epochs = 6, string dataset = "sprites") => $$"""
        name: chaos
        dataset: { name: {{dataset}}, train: 600, valid: 100, test: 100, binarization: dynamic }
        model: { hidden: [32], latent: 5 }
        train: { epochs: {{epochs}}, batch_size: 50, checkpoint_epochs: 1 }
        evaluate: { metrics: [test_elbo, test_nll, active_units], importance_samples: 10 }
        chain:
          - parameters: { model.batch_norm: [false, true] }
          - parameters: { objective.bound: [iwae], objective.k: [3] }
          - parameters: { model.latent: [3], objective.warmup_epochs: [4] }
        seeds: 1
        table: { by: [model.batch_norm, model.latent, objective.k], metric: test_nll }

        """;

    /// <summary>Twelve trials with a checkpoint after each epoch, which no number of crashes is to end.</summary>
    public static string Many(int epochs) =>
        Short(epochs).Replace("seeds: 1", "seeds: 3\nmax_attempts: 1000", StringComparison.Ordinal);

    /// <summary>Of <see cref="Searching"/>.</summary>
    public const int SearchedPoints = 9;

    /// <summary>Nine points of up to nine epochs, the same whichever scheduler there is.</summary>
    public static string Searching(string scheduler) => $$"""
        name: chaos
        dataset: { name: sprites, train: 600, valid: 100, test: 100, binarization: dynamic }
        model: { hidden: [32] }
        train: { epochs: 9, batch_size: 50, checkpoint_epochs: 1 }
        evaluate: { metrics: [test_elbo, test_nll], importance_samples: 10 }
        method: random
        trials: {{SearchedPoints}}
        parameters:
          model.latent: { uniform: [2, 12] }
          train.optimizer.adam.lr: { log_uniform: [1.0e-4, 1.0e-2] }
          objective.warmup_epochs: [0, 5]
        seeds: 1
        scheduler: {{scheduler}}
        table: { metric: test_nll }

        """;

    /// <summary>Two trials, long enough that whatever is aimed at their middle hits it.</summary>
    public static string Long => """
        name: chaos
        dataset: { name: sprites, train: 600, valid: 100, test: 100, binarization: dynamic }
        model: { hidden: [32], latent: 5 }
        train: { epochs: 240, batch_size: 50, checkpoint_epochs: 20 }
        evaluate: { metrics: [test_elbo, test_nll], importance_samples: 10 }
        parameters: { model.batch_norm: [false, true] }
        seeds: 1
        table: { by: [model.batch_norm], metric: test_nll }

        """;
}
