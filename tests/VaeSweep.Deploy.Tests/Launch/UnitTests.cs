namespace VaeSweep.Deploy.Tests.Launch;

/// <summary>The units of systemd, as systemd's own checker reads them.</summary>
public sealed class UnitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_printed_unit()
    {
        var (name, text) = Assert.Single(await Printed.FilesAsync(
            Token, "systemd", "--cpus", "2", "--until-done", "--data", "/some where/data"));

        var said = await VerifyAsync(name.Replace("@.", "@0.", StringComparison.Ordinal), text);

        Assert.Equal((0, ""), said);
    }

    [Theory]
    [InlineData("vaesweep-head.service")]
    [InlineData("vaesweep-worker.service")]
    public async Task Systemd_finds_nothing_wrong_with_the_units_in_deploy(string name)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Lab.Repository, "deploy/systemd", name), Token);

        // The program is looked for; it is not where a user will have it.
        var said = await VerifyAsync(name, text.Replace("%h/vaesweep/vaesweep", Lab.Vaesweep, StringComparison.Ordinal));

        Assert.Equal((0, ""), said);
    }

    [Fact]
    public async Task The_checker_sees_a_key_that_systemd_does_not_know()
    {
        var (_, text) = Assert.Single(await Printed.FilesAsync(Token, "systemd"));

        var (_, said) = await VerifyAsync("wrong.service", text.Replace("KillMode=", "KillMod=", StringComparison.Ordinal));

        Assert.Contains("KillMod", said, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said)> VerifyAsync(string name, string text)
    {
        var checker = Needs.Program("systemd-analyze", "systemd");
        var folder = Directory.CreateTempSubdirectory("vaesweep-units-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, name), text, Token);
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["XDG_RUNTIME_DIR"] = folder };
        var said = await Said.RunAsync(folder, environment, checker, ["verify", "--user", "--man=no", $"./{name}"], Token);
        Directory.Delete(folder, recursive: true);
        return (said.Code, said.Out + said.Errors);
    }
}
