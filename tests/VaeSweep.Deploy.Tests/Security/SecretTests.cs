using System.Text;
using VaeSweep.Cluster.Security;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Deploy.Tests.Security;

/// <summary>What opens a head (its token, the private keys of its key files) is looked for wherever it must not be.</summary>
public sealed class SecretTests
{
    private const string Epochs = "SELECT count(*) FROM epochs";
    private const string Begun = "SELECT count(*) FROM attempts WHERE to_epoch > 0";
    private const string Wrong = "wr0ng-Needle-7731";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Lab.Loopback)]
    [InlineData(Lab.WithKey)]
    public async Task What_opens_a_head_is_in_files_of_its_owner_alone(string host)
    {
        await using var lab = await Lab.StartAsync(Token, host, "--verbose");
        var owner = StoreOwner.PathOf(lab.StorePath);
        string[] holders = lab.KeyFile is { } key ? [owner, key, HeadKeys.PathOf(lab.StorePath)] : [owner];
        var secrets = SecretsOf(lab, holders);
        await lab.DoAsync(Token, "submit", lab.Write("sweep.yaml", Sweeps.Of("secret", epochs: 1_000_000, dataset: "sprites")));

        await using var worker = lab.Start("worker.log", "worker", "--join", lab.Address, "--devices", "cpu:1", "--verbose");
        await Until.HoldsAsync(async () => await lab.CountAsync(Epochs, Token) > 5, () => worker.Log, Token);
        await lab.DoAsync(Token, "launch", "local", "--until-done");
        await Until.HoldsAsync(async () => await lab.CountAsync(Begun, Token) == 2, () => worker.Log, Token);
        var trainers = ProcessList.ChildrenOf(worker.Pid);
        var processes = lab.Processes().Append(lab.HeadPid).ToList();
        AssertNoProcessShows(secrets, processes);
        await lab.DoAsync(Token, "stop", "secret");
        await worker.LeaveAsync();
        await lab.NoneLeftAsync(Token);
        await lab.StopHeadAsync();

        Assert.NotEmpty(trainers);
        Assert.All(trainers, trainer => Assert.Contains(trainer, processes));
        Assert.All(holders, file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        AssertNowhereBelow(lab, secrets, holders);
    }

    [Fact]
    public async Task No_script_or_command_of_a_launch_holds_the_key()
    {
        await using var lab = await Lab.StartAsync(Token, Lab.WithKey);
        var secrets = SecretsOf(lab, [lab.KeyFile!, HeadKeys.PathOf(lab.StorePath)]);
        string[][] ways = [["ssh", "--hosts", "a,b"], ["slurm"], ["k8s", "--image", "a:b"], ["systemd"], ["local"]];

        foreach (var way in ways)
        {
            var said = await lab.DoAsync(Token, ["launch", .. way, "--dry-run", "--verbose"]);

            Assert.Contains(Path.GetFileName(lab.KeyFile!), said.Out, StringComparison.Ordinal);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, said.Out + said.Errors, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_key_file_that_others_may_read_is_refused_and_not_shown()
    {
        await using var lab = await Lab.StartAsync(Token, Lab.WithKey);
        var secrets = SecretsOf(lab, [lab.KeyFile!]);
        File.SetUnixFileMode(lab.KeyFile!, OwnerOnly | UnixFileMode.GroupRead);

        foreach (var command in (string[][])[["list", "--verbose"], ["worker", "--until-done", "--verbose"]])
        {
            var said = await lab.RunAsync(Token, command);
            Assert.NotEqual(0, said.Code);
            Assert.Contains("chmod 600", said.Errors, StringComparison.Ordinal);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, said.Out + said.Errors, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData($"postgres://me:{Wrong}@127.0.0.1:1/db")]
    [InlineData($"postgres://me@127.0.0.1:1/db?password={Wrong}")]
    [InlineData($"mysql://me:{Wrong}@127.0.0.1:1/db")]
    public async Task An_address_that_was_once_a_store_is_refused_without_showing_its_password(string address)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["VAESWEEP_STORE"] = address };

        foreach (var command in (string[][])[["list", "--verbose"], ["run", "sweep.yaml"], ["head"], ["worker"]])
        {
            var said = await Said.RunAsync("/tmp", environment, Lab.Vaesweep, command, Token);
            Assert.Equal(2, said.Code);
            Assert.DoesNotContain(Wrong, said.Out + said.Errors, StringComparison.Ordinal);
        }
    }

    /// <summary>The token, and every line of a private key that is long enough to be nothing else.</summary>
    private static List<string> SecretsOf(Lab lab, IReadOnlyList<string> files)
    {
        var secrets = new List<string>();
        foreach (var file in files)
        {
            var isPrivate = false;
            foreach (var line in File.ReadLines(file))
            {
                isPrivate = line.StartsWith("-----", StringComparison.Ordinal)
                    ? line.Contains("BEGIN PRIVATE KEY", StringComparison.Ordinal)
                    : isPrivate;
                if (isPrivate && !line.StartsWith('-') && line.Length >= 40)
                    secrets.Add(line);
            }
        }

        if (lab.KeyFile is null)
            secrets.Add(StoreOwner.Read(lab.StorePath)!.Token!);
        Assert.NotEmpty(secrets);
        return secrets;
    }

    private static void AssertNoProcessShows(List<string> secrets, IReadOnlyList<int> processes)
    {
        foreach (var pid in processes)
        {
            var shown = $"{ProcessList.CommandLineOf(pid)}\n{string.Join('\n', ProcessList.EnvironmentOf(pid))}";
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, shown, StringComparison.Ordinal));
        }
    }

    // Sockets and pipes of the runtime do not: whoever reads a pipe waits for ever.
    private static bool HoldsSomething(string file) =>
        !Path.GetFileName(file).StartsWith("dotnet-diagnostic-", StringComparison.Ordinal)
        && !Path.GetFileName(file).StartsWith("clr-debug-pipe-", StringComparison.Ordinal);

    // Logs, scripts, checkpoints, and the store's own files; but not those that are there to hold it.
    private static void AssertNowhereBelow(Lab lab, List<string> secrets, string[] holders)
    {
        var needles = secrets.ConvertAll(Encoding.UTF8.GetBytes);
        var files = Directory.GetFiles(lab.Folder, "*", SearchOption.AllDirectories).Except(holders)
            .Where(HoldsSomething).ToList();
        Assert.Contains(files, file => file.EndsWith("worker.log", StringComparison.Ordinal));
        Assert.Contains(files, file => file.StartsWith(lab.PathOf("vaesweep.launch"), StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith(".vsckpt", StringComparison.Ordinal));
        Assert.Contains(lab.StorePath, files);
        Assert.DoesNotContain(files, file => needles.Exists(needle => File.ReadAllBytes(file).AsSpan().IndexOf(needle) >= 0));
    }
}
