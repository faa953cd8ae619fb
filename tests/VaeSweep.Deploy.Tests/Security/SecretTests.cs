using System.Text;
using VaeSweep.Store;

namespace VaeSweep.Deploy.Tests.Security;

/// <summary>A password that is known by its look is given in every way there is; then it is looked for wherever it must not be.</summary>
public sealed class SecretTests
{
    /// <summary>For connections that fail.</summary>
    private const string Wrong = "wr0ng-Needle-7731";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_password_reaches_no_child_no_table_no_log_and_no_file()
    {
        await using var lab = await Lab.StartAsync(Token);
        var secret = new Uri(lab.Server.SecretUrl()).UserInfo.Split(':')[1];
        await lab.DoAsync(Token, "submit", lab.Write("sweep.yaml", Sweeps.Of("secret", epochs: 1_000_000, dataset: "sprites")));

        foreach (var way in new[] { "PGPASSWORD", "VAESWEEP_STORE", "passfile", "--store" })
        {
            await TrainAsync(lab, Give(lab, way, secret), secret);
        }

        var failed = await lab.RunAsync(Token, ["list", "--verbose", "--store", lab.Server.SecretUrl().Replace(secret, Wrong, StringComparison.Ordinal)]);
        Assert.Equal(2, failed.Code);
        Assert.DoesNotContain(Wrong, failed.Out + failed.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await DumpAsync(lab), StringComparison.Ordinal);
        AssertNowhereBelow(lab, secret);
        await lab.NoneLeftAsync(Token);
    }

    [Theory]
    [InlineData($"postgres://me:{Wrong}@127.0.0.1:1/db")]
    [InlineData($"postgres://me:{Wrong}@no-such-host.invalid:5432/db")]
    [InlineData($"postgres://me:{Wrong}@/db")]
    [InlineData($"postgres://me:{Wrong}@127.0.0.1:port/db")]
    [InlineData($"postgres://me:12/{Wrong}@127.0.0.1:1/db")]
    [InlineData($"postgres://me:12?{Wrong}@127.0.0.1:1/db")]
    [InlineData($"postgres://me:a#{Wrong}@127.0.0.1:1/db")]
    [InlineData($"postgres://me@127.0.0.1:1/db?pasword={Wrong}")]
    [InlineData($"postgres://me@127.0.0.1:1/db?password={Wrong}")]
    [InlineData($"mysql://me:{Wrong}@127.0.0.1:1/db")]
    public async Task An_address_that_fails_never_shows_its_password(string address)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["VAESWEEP_STORE"] = address };

        foreach (var command in (string[][])[["list", "--verbose"], ["launch", "slurm", "--dry-run", "--verbose"]])
        {
            var said = await Said.RunAsync("/tmp", environment, Lab.Vaesweep, command, Token);
            Assert.NotEqual(0, said.Code);
            Assert.DoesNotContain(Wrong, said.Out + said.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_password_on_the_command_line_is_warned_of_and_works()
    {
        await using var lab = await Lab.StartAsync(Token);

        var said = await lab.DoAsync(Token, "list", "--store", lab.Server.SecretUrl());

        Assert.Contains("warning: the password after --store", said.Errors, StringComparison.Ordinal);
        Assert.Contains("PGPASSFILE", said.Errors, StringComparison.Ordinal);
    }

    private static async Task TrainAsync(Lab lab, string[] store, string secret)
    {
        const string Epochs = "SELECT count(*) FROM epochs";
        var before = await lab.CountAsync(Epochs, Token);
        await using var worker = lab.Start("worker.log", ["worker", "--devices", "cpu:1", "--verbose", "--artifacts", lab.PathOf("artifacts"), .. store]);
        await Until.HoldsAsync(async () => await lab.CountAsync(Epochs, Token) > before + 5, () => worker.Log, Token);

        var children = Cli.ProcessList.ChildrenOf(worker.Pid);

        Assert.NotEmpty(children);
        Assert.All(children, pid => Assert.DoesNotContain(secret, Lab.CommandLine(pid), StringComparison.Ordinal));
        Assert.All(children, pid => Assert.DoesNotContain(secret, File.ReadAllText($"/proc/{pid}/environ"), StringComparison.Ordinal));
    }

    private static string[] Give(Lab lab, string way, string secret)
    {
        lab.Environment["PGPASSFILE"] = lab.Environment["PGPASSWORD"] = null;
        lab.Environment["VAESWEEP_STORE"] = lab.Server.Url;
        switch (way)
        {
            case "PGPASSWORD":
                lab.Environment[way] = secret;
                return [];
            case "VAESWEEP_STORE":
                lab.Environment[way] = lab.Server.SecretUrl();
                return [];
            case "passfile":
                lab.Environment["VAESWEEP_STORE"] = $"{lab.Server.Url}?passfile={Uri.EscapeDataString(lab.Server.PassFile)}";
                return [];
            default:
                return ["--store", lab.Server.SecretUrl()];
        }
    }

    private static async Task<string> DumpAsync(Lab lab)
    {
        var url = new Uri(lab.Server.SecretUrl());
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PGPASSWORD"] = url.UserInfo.Split(':')[1] };
        return (await Said.RunAsync("/", environment, Path.Combine(PostgresPrograms.Find()!.Folder, "pg_dump"), ["-h", url.Host, "-p", $"{url.Port}", "-U", url.UserInfo.Split(':')[0], url.AbsolutePath[1..]], Token))
            .Succeeded("pg_dump").Out;
    }

    // Logs, scripts, artifacts, and the server's own files; but not the two that are there to hold it.
    private static void AssertNowhereBelow(Lab lab, string secret)
    {
        var needle = Encoding.UTF8.GetBytes(secret);
        var files = Directory.GetFiles(lab.Folder, "*", SearchOption.AllDirectories).Where(f => f != lab.Server.PassFile && f != Path.Combine(lab.Server.Folder, "password")).ToList();
        Assert.Contains(files, f => f.EndsWith("worker.log", StringComparison.Ordinal));
        Assert.Contains(files, f => f.StartsWith(lab.PathOf("artifacts"), StringComparison.Ordinal));
        Assert.DoesNotContain(files, f => File.Exists(f) && File.ReadAllBytes(f).AsSpan().IndexOf(needle) >= 0);
    }
}
