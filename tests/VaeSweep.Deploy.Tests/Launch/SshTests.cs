using System.Runtime.InteropServices;

namespace VaeSweep.Deploy.Tests.Launch;

/// <summary>`vaesweep launch ssh` through a real ssh server.</summary>
public sealed class SshTests
{
    private const string Succeeded = "SELECT count(*) FROM trials WHERE state = 'succeeded'";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>For a program that is started by whoever has no environment of a shell.</summary>
    private static string DotnetRoot =>
        Path.GetDirectoryName(Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..")))!;

    [Fact]
    public async Task Workers_started_by_ssh_get_the_key_finish_a_sweep_and_leave_nothing_behind()
    {
        Needs.Program("sshd", "openssh-server");
        await using var lab = await Lab.StartAsync(Token, Lab.WithKey);
        await using var ssh = await SshServer.StartAsync(
            lab.PathOf("ssh"), Directory.CreateDirectory(lab.PathOf("home")).FullName,
            [("DOTNET_ROOT", DotnetRoot), (lab.Mark, "1"), ("VAESWEEP_SHARE", "1"), ("TMPDIR", lab.PathOf("tmp"))],
            ["first", "second"], Token);
        await lab.DoAsync(Token, "submit", lab.Write("sweep.yaml", Sweeps.Of("remote", epochs: 3, dataset: "sprites")));

        var launched = await lab.DoAsync(
            Token, "launch", "ssh", "--hosts", "first,second", "--ssh-config", ssh.Config, "--until-done");
        await Until.HoldsAsync(async () => await lab.CountAsync(Succeeded, Token) == 2, Log, Token);
        await lab.NoneLeftAsync(Token);

        Assert.Contains("4 commands run", launched.Errors, StringComparison.Ordinal);
        Assert.Equal(2, Log().Split('\n').Count(line => line.StartsWith("node ", StringComparison.Ordinal)));
        var copy = Assert.Single(Directory.GetFiles(lab.PathOf("home/.config/vaesweep")));
        Assert.Equal(await File.ReadAllTextAsync(lab.KeyFile!, Token), await File.ReadAllTextAsync(copy, Token));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));

        string Log()
        {
            var path = lab.PathOf("home/vaesweep-worker.log");
            return File.Exists(path) ? File.ReadAllText(path) : "";
        }
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_a_failure_and_says_so()
    {
        Needs.Program("ssh", "openssh-client");
        var folder = Directory.CreateTempSubdirectory("vaesweep-ssh-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "head.key"), "", Token);

        var said = await Said.RunAsync(
            folder, new Dictionary<string, string?>(StringComparer.Ordinal), Lab.Vaesweep,
            ["launch", "ssh", "--hosts", "no-such-host.invalid", "--join", "head.lab:4053", "--key", "head.key"], Token);

        Assert.Equal(1, said.Code);
        Assert.Contains("no-such-host.invalid", said.Errors, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
