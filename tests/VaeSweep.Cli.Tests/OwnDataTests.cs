using System.Globalization;
using System.Text;

namespace VaeSweep.Cli.Tests;

/// <summary>Images of one's own, from the command line on.</summary>
public sealed class OwnDataTests : IDisposable
{
    private readonly Cli _cli = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("vaesweep-own-");

    public OwnDataTests() => _cli.Environment["VAESWEEP_DATA"] = _data.FullName;

    public void Dispose()
    {
        _cli.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task What_was_added_is_said_with_the_line_that_uses_it()
    {
        var added = await _cli.RunAsync("data", "add", "dots", Images("dots.csv"), "--test", "4", "--valid", "0.2");

        Assert.Equal(ExitCodes.Done, added.Code);
        Assert.Equal("dataset: { name: dots }\n", added.Out);
        Assert.Contains("dots: 4x4, 20 + 6 + 4 images, grey, labels 0 to 2", added.Error, StringComparison.Ordinal);
        Assert.Contains("train 20, valid 6, test 4, shuffled once, always alike", added.Error, StringComparison.Ordinal);
        Assert.Matches("SHA-256 [0-9a-f]{64}", added.Error);
        Assert.Contains($"kept in {Path.Combine(_data.FullName, "own")}", added.Error, StringComparison.Ordinal);
        var list = await _cli.RunAsync("data", "list", "--format", "csv");
        Assert.Contains("dots,ready,20 + 6 + 4,4x4", list.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, (await _cli.RunAsync("data", "verify", "dots")).Code);
    }

    [Fact]
    public async Task A_sweep_on_it_is_planned_run_and_told_when_the_images_have_changed()
    {
        await _cli.RunAsync("data", "add", "dots", Images("dots.csv"));
        var sweep = Sweep("{ name: dots, binarization: dynamic }");

        var run = await _cli.RunAsync("run", sweep, "--devices", "cpu:1");
        var again = await _cli.RunAsync("plan", sweep);
        await _cli.RunAsync("data", "add", "dots", Images("dots.csv", change: 1), "--yes");
        var changed = await _cli.RunAsync("plan", sweep);

        Assert.Equal(ExitCodes.Done, run.Code);
        Assert.Empty(_cli.Fetched.Except(["mnist"], StringComparer.Ordinal));
        Assert.Contains("= 2 kept, 2 of them succeeded", again.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("has changed", again.Out, StringComparison.Ordinal);
        Assert.Contains("the data set dots has changed since: it was ", changed.Out, StringComparison.Ordinal);
        Assert.Contains("+ 2 new", changed.Out, StringComparison.Ordinal);
        Assert.Contains("- 2 no longer wanted", changed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_in_the_file_is_relative_to_the_file()
    {
        Images("beside.csv");

        var plan = await _cli.RunAsync("plan", Sweep("{ path: beside.csv, import: { label_column: label, test: 5 } }"));

        Assert.Equal(ExitCodes.Done, plan.Code);
        Assert.Contains("read beside.csv: 4x4, 22 + 3 + 5 images", plan.Error, StringComparison.Ordinal);
        var wrong = await _cli.RunAsync("plan", Sweep("{ path: nowhere.csv }"));
        Assert.Equal(ExitCodes.Usage, wrong.Code);
        Assert.Contains("own.yaml:2", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("there is no file or folder", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_not_taken_from_other_images_and_a_set_in_use_stays()
    {
        await _cli.RunAsync("data", "add", "dots", Images("dots.csv"));
        await _cli.RunAsync("submit", Sweep("{ name: dots }"));

        var taken = await _cli.RunAsync("data", "add", "dots", Images("other.csv", change: 1));
        var used = await _cli.RunAsync("data", "remove", "dots");
        var removed = await _cli.RunAsync("data", "remove", "dots", "--yes");
        var gone = await _cli.RunAsync("resume", "own", "--devices", "cpu:1");

        Assert.Equal(ExitCodes.Usage, taken.Code);
        Assert.Contains("--yes gives the name to", taken.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, used.Code);
        Assert.Contains("dots is used by own in", used.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, removed.Code);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_data.FullName, "own")));
        Assert.Equal(ExitCodes.Failed, gone.Code);
        Assert.Contains("the images of data set dots", gone.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("'mnist' is a published data set", "mnist", "dots.csv")]
    [InlineData("'../x' is no name for a data set", "../x", "dots.csv")]
    [InlineData("there is no file or folder", "dots", "nowhere")]
    [InlineData("--valid takes a share (0.1) or a number", "dots", "dots.csv", "--valid", "-1")]
    [InlineData("--test 40:", "dots", "dots.csv", "--test", "40")]
    [InlineData("--shape 3x3 would be 9", "dots", "dots.csv", "--shape", "3x3")]
    [InlineData("is not binary: row", "dots", "dots.csv", "--binary")]
    [InlineData("has no column 'colour'", "dots", "dots.csv", "--label-column", "colour")]
    public async Task What_cannot_be_added_is_answered_in_words(string said, string name, string file, params string[] more)
    {
        Images("dots.csv");

        var answer = await _cli.RunAsync(["data", "add", name, Path.Combine(Path.GetDirectoryName(_cli.Store)!, file), .. more]);

        Assert.NotEqual(ExitCodes.Done, answer.Code);
        Assert.Contains(said, answer.Error, StringComparison.Ordinal);
        Assert.Empty(answer.Out);
    }

    /// <summary>Thirty images of 4 x 4 with labels.</summary>
    private string Images(string name, int change = 0)
    {
        var text = new StringBuilder("label," + string.Join(',', Enumerable.Range(0, 16).Select(i => $"p{i}")) + "\n");
        for (var image = 0; image < 30; image++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{image % 3},")
                .AppendJoin(',', Enumerable.Range(0, 16).Select(i => ((image * 7) + (i * 13) + change) % 256)).Append('\n');
        }

        return _cli.File(name, text.ToString());
    }

    private string Sweep(string dataset) => _cli.File("own.yaml", $$"""
        name: own
        dataset: {{dataset}}
        train: { epochs: 2, batch_size: 10 }
        model: { hidden: [5] }
        evaluate: { metrics: [test_nll], importance_samples: 5 }
        parameters: { model.latent: [2, 3] }
        """);
}
