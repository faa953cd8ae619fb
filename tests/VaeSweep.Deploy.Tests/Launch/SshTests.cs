namespace VaeSweep.Deploy.Tests.Launch;

/// <summary>`vaesweep launch ssh` through a real ssh server.</summary>
public sealed class SshTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Workers_started_by_ssh_finish_a_sweep_and_leave_nothing_behind()
    {
        Needs.Program("sshd", "openssh-server");
        await using var lab = await Lab.StartAsync(Token);
        var runtime = Path.GetDirectoryName(Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..")))!;
        await using var ssh = await SshServer.StartAsync(lab.PathOf("ssh"), lab.Folder, [("DOTNET_ROOT", runtime), (lab.Mark, "1"), ("VAESWEEP_SHARE", "1")], ["first", "second"], Token);
        await lab.DoAsync(Token, "submit", lab.Write("sweep.yaml", Sweeps.Of("remote", epochs: 3, dataset: "sprites")));

        var launched = await lab.DoAsync(Token, "launch", "ssh", "--hosts", "first,second", "--ssh-config", ssh.Config, "--until-done");
        await Until.HoldsAsync(async () => await lab.CountAsync("SELECT count(*) FROM trials WHERE state = 'succeeded'", Token) == 2, Log, Token);
        await lab.NoneLeftAsync(Token);

        Assert.Contains("2 commands run", launched.Errors, StringComparison.Ordinal);
        Assert.Equal(2, Log().Split('\n').Count(line => line.StartsWith("node ", StringComparison.Ordinal)));

        string Log() => File.Exists(lab.PathOf("vaesweep-worker.log")) ? File.ReadAllText(lab.PathOf("vaesweep-worker.log")) : "";
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_a_failure_and_says_so()
    {
        Needs.Program("ssh", "openssh-client");
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["VAESWEEP_STORE"] = "postgres://me@127.0.0.1:1/db" };

        var said = await Said.RunAsync(Path.GetTempPath(), environment, Lab.Vaesweep, ["launch", "ssh", "--hosts", "no-such-host.invalid", "--folder", Directory.CreateTempSubdirectory().FullName], Token);

        Assert.Equal(1, said.Code);
        Assert.Contains("no-such-host.invalid", said.Errors, StringComparison.Ordinal);
    }
}
