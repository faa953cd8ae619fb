using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using VaeSweep.Results.Imaging;
using VaeSweep.Training;

namespace VaeSweep.Cli.Tests;

public sealed partial class ReadingModelsTests(TrainedSweep sweep) : IClassFixture<TrainedSweep>, IAsyncLifetime
{
    private const int Images = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await sweep.TrainAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_reader_of_the_documentation_gets_the_same_elbo_in_PyTorch()
    {
        await sweep.RunAsync("export", "small", "--to", "models", "-o", sweep.File("models"));
        var file = Path.Combine(sweep.File("models"), $"{sweep.Trial}.safetensors");
        using var model = StoredModel.Open(file);
        var random = new Random(1);
        float[] images = [.. Enumerable.Range(0, Images * model.Pixels).Select(_ => random.Next(4) == 0 ? 1f : 0f)];
        float[] noise = [.. Enumerable.Range(0, Images * model.LatentSizes[0])
            .Select(_ => (float)((2 * random.NextDouble()) - 1))];

        var ours = Elbo(model, images, noise);
        var theirs = await ReadByPythonAsync(
            file, new NpyArray([Images, model.Pixels], images), new NpyArray([Images, model.LatentSizes[0]], noise));

        Assert.Equal(ours, theirs, Math.Abs(ours) * 1e-5);
    }

    [Fact]
    public async Task A_model_comes_with_a_card()
    {
        var answer = await sweep.RunAsync("export", "small", "--to", "models", "-o", sweep.File("cards"));

        using var card = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(sweep.File("cards"), $"{sweep.Trial}.json"), Token));
        var bytes = await File.ReadAllBytesAsync(Path.Combine(sweep.File("cards"), $"{sweep.Trial}.safetensors"), Token);
        Assert.Equal(ExitCodes.Done, answer.Code);
        Assert.Equal(3, card.RootElement.GetProperty("config").GetProperty("model.latent").GetInt32());
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)),
            card.RootElement.GetProperty("sha256").GetString());
        Assert.Equal("test_elbo", card.RootElement.GetProperty("evaluations")[0].GetProperty("metric").GetString());
        Assert.Equal("cpu", card.RootElement.GetProperty("provenance").GetProperty("device").GetString());
        Assert.Contains(card.RootElement.GetProperty("tensors").EnumerateArray(), t => t.GetProperty("name")
            .GetString() == "encoder.mean.weight");
    }

    // From probabilities, as a stored model gives them; what PyTorch has from logits.
    private static double Elbo(StoredModel model, float[] images, float[] noise)
    {
        var q = model.Encode(images)[0];
        float[] z = [.. q.Means.Select((mean, i) => mean + (noise[i] * MathF.Exp(q.LogVars[i] / 2)))];
        var means = model.Decode(z);
        var likelihood = images.Zip(means, (x, p) => x == 1 ? Math.Log(p) : Math.Log(1.0 - p)).Sum();
        var kl = q.Means.Zip(q.LogVars, (mean, logvar) => ((mean * (double)mean) + Math.Exp(logvar) - logvar - 1) / 2).Sum();
        return (likelihood - kl) / Images;
    }

    private async Task<double> ReadByPythonAsync(string file, NpyArray images, NpyArray noise)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository(), "docs", "reading-models.md"), Token);
        await File.WriteAllTextAsync(sweep.File("read.py"), PythonBlock().Match(page).Groups[1].Value, Token);
        await File.WriteAllBytesAsync(sweep.File("images.npy"), NpyFile.Encode(images), Token);
        await File.WriteAllBytesAsync(sweep.File("noise.npy"), NpyFile.Encode(noise), Token);
        var start = new ProcessStartInfo(
            "/usr/bin/python3", [sweep.File("read.py"), file, sweep.File("images.npy"), sweep.File("noise.npy")])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        using var python = Process.Start(start)!;
        var error = python.StandardError.ReadToEndAsync(Token);
        var output = await python.StandardOutput.ReadToEndAsync(Token);
        await python.WaitForExitAsync(Token);
        if ((await error).Contains("No module named 'torch'", StringComparison.Ordinal)
            && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("PyTorch is not installed for /usr/bin/python3 (apt-get install python3-torch).");
        }

        Assert.True(python.ExitCode == 0, await error);
        return double.Parse(output, CultureInfo.InvariantCulture);
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "VaeSweep.sln")))
            folder = folder.Parent!;

        return folder.FullName;
    }

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonBlock();
}
