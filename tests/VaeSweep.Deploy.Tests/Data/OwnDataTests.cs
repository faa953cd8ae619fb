using System.Globalization;
using System.Text;

namespace VaeSweep.Deploy.Tests;

/// <summary>Images of somebody's own with real processes and trainers: a laptop that has them, a head and a node that do not, and
/// no folder in common.</summary>
public sealed class OwnDataTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_laptop_sends_its_images_to_the_head_and_the_head_to_a_node_that_lacks_them()
    {
        await using var lab = await Lab.StartAsync(Token, Lab.WithKey);
        // On one machine the node would see the head's folder.
        File.Delete(Path.Combine($"{lab.StorePath}.artifacts", ".vaesweep-head"));
        var images = lab.Write("laptop/images.csv", Images());
        var sweep = lab.Write("laptop/own.yaml", Sweep);
        Enter(lab, "laptop");

        await lab.DoAsync(Token, "data", "add", "dots", images, "--label-column", "label", "--shape", "6x5");
        await lab.DoAsync(Token, "submit", sweep);
        Enter(lab, "node");
        await using var node = lab.Start(
            "node.log", "worker", "--join", lab.Address, "--key", lab.KeyFile!, "--devices", "cpu:1", "--until-done");
        var ended = await node.EndAsync(Token);
        Assert.True(ended == 0, $"{node.Log}\n{lab.HeadLog}");

        var sent = Assert.Single(Directory.GetFiles(Path.Combine($"{lab.StorePath}.artifacts", "_data")));
        var fetched = Assert.Single(Directory.GetFiles(lab.PathOf("node/cache/vaesweep/data/own")));
        Assert.Equal(await File.ReadAllBytesAsync(sent, Token), await File.ReadAllBytesAsync(fetched, Token));
        Assert.Equal(2, await lab.CountAsync("SELECT count(*) FROM trials WHERE state = 'succeeded'", Token));

        // A single machine, without anything sent, computes the same.
        var remote = await lab.DoAsync(Token, "table", "own", "--format", "csv");
        Enter(lab, "laptop");
        lab.Environment["VAESWEEP_HEAD"] = lab.Environment["VAESWEEP_KEY"] = null;
        lab.Environment["VAESWEEP_STORE"] = lab.PathOf("laptop/alone.db");
        await lab.DoAsync(Token, "run", sweep, "--devices", "cpu:1");
        var alone = await lab.DoAsync(Token, "table", "own", "--format", "csv");
        Assert.Equal(alone.Out, remote.Out);
        // What stands beside the trained models is found by who looks at them.
        var id = (await lab.DoAsync(Token, "query", "SELECT trial FROM trials LIMIT 1", "--format", "csv")).Out.Split('\n')[1];
        await lab.DoAsync(Token, "reconstruct", id, "-o", lab.PathOf("laptop/r.png"));
    }

    [Fact]
    public async Task A_node_that_can_get_the_images_nowhere_says_which()
    {
        await using var lab = await Lab.StartAsync(Token, Lab.WithKey);
        File.Delete(Path.Combine($"{lab.StorePath}.artifacts", ".vaesweep-head"));
        var images = lab.Write("laptop/images.csv", Images());
        Enter(lab, "laptop");
        await lab.DoAsync(Token, "data", "add", "dots", images, "--label-column", "label", "--shape", "6x5");
        await lab.DoAsync(Token, "submit", lab.Write("laptop/own.yaml", Sweep));
        Directory.Delete(Path.Combine($"{lab.StorePath}.artifacts", "_data"), recursive: true);
        Enter(lab, "node");

        await using var node = lab.Start(
            "node.log", "worker", "--join", lab.Address, "--key", lab.KeyFile!, "--devices", "cpu:1");

        await Until.HoldsAsync(() => node.Log.Contains("The images of data set dots", StringComparison.Ordinal)
            && node.Log.Contains("neither on this machine nor at the head", StringComparison.Ordinal), () => node.Log, Token);
        Assert.Equal(0, await lab.CountAsync("SELECT count(*) FROM trials WHERE state = 'failed'", Token));
        // Once the laptop has submitted it again, the node goes on by itself.
        Enter(lab, "laptop");
        await lab.DoAsync(Token, "submit", lab.PathOf("laptop/own.yaml"));
        await Until.HoldsAsync(
            async () => await lab.CountAsync("SELECT count(*) FROM trials WHERE state = 'succeeded'", Token) == 2,
            () => node.Log, Token);
    }

    private const string Sweep = """
        name: own
        dataset: { name: dots, binarization: dynamic }
        model: { hidden: [8] }
        train: { epochs: 3, batch_size: 20 }
        evaluate: { metrics: [test_elbo], importance_samples: 5 }
        parameters: { model.latent: [2, 3] }
        table: { by: [model.latent], metric: test_elbo }

        """;

    /// <summary>Another machine, as far as folders tell machines apart.</summary>
    private static void Enter(Lab lab, string machine)
    {
        lab.Environment["VAESWEEP_DATA"] = null;
        lab.Environment["XDG_CACHE_HOME"] = Directory.CreateDirectory(lab.PathOf($"{machine}/cache")).FullName;
        lab.Environment["VAESWEEP_ARTIFACTS"] = lab.PathOf($"{machine}/artifacts");
    }

    private static string Images()
    {
        var text = new StringBuilder("label," + string.Join(',', Enumerable.Range(0, 30).Select(i => $"p{i}")) + "\n");
        for (var image = 0; image < 60; image++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{image % 3},")
                .AppendJoin(',', Enumerable.Range(0, 30).Select(i => ((image % 3 * 70) + (i % 5 * 20) + image) % 256))
                .Append('\n');
        }

        return text.ToString();
    }
}
