namespace VaeSweep.Deploy.Tests.Security;

/// <summary>TLS to a real PostgreSQL whose certificate an authority of the test has signed for `localhost`, and which takes nothing unencrypted.</summary>
public sealed class EncryptionTests(EncryptedLab encrypted) : IClassFixture<EncryptedLab>
{
    private const int Refused = 2;
    private const string ServerName = EncryptedLab.ServerName;

    private readonly Lab _lab = encrypted.Lab;
    private readonly Authority _authority = encrypted.Authority;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_and_a_worker_reach_a_server_that_the_authority_vouches_for()
    {
        _lab.Environment["VAESWEEP_STORE"] = Address(ServerName, $"sslmode=verify-full&sslrootcert={Uri.EscapeDataString(_authority.Root)}");

        var run = await _lab.DoAsync(Token, "run", _lab.Write("run.yaml", Sweeps.Of("here", epochs: 2, dataset: "sprites")), "--devices", "cpu:1", "--format", "csv");
        await _lab.DoAsync(Token, "submit", _lab.Write("worker.yaml", Sweeps.Of("there", epochs: 2, dataset: "sprites")));
        await _lab.DoAsync(Token, "worker", "--devices", "cpu:1", "--until-done");
        var check = await _lab.DoAsync(Token, "store", "check");

        Assert.Equal(3, run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("verified", run.Errors, StringComparison.Ordinal);
        Assert.Equal(4, await _lab.CountAsync("SELECT count(*) FROM trials WHERE state = 'succeeded'", Token));
        Assert.Contains("the server's certificate is verified", check.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("worker", "--until-done")]
    [InlineData("store", "check")]
    public async Task Another_authority_is_not_believed(params string[] command)
    {
        var other = await Authority.CreateAsync(_lab.PathOf("other"), Token);
        _lab.Environment["VAESWEEP_STORE"] = Address(ServerName, $"sslmode=verify-full&sslrootcert={Uri.EscapeDataString(other.Root)}");

        var said = await _lab.RunAsync(Token, command);

        AssertRefused(said, command, "certificate", "sslrootcert");
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_believed()
    {
        _lab.Environment["VAESWEEP_STORE"] = Address("127.0.0.1", $"sslmode=verify-full&sslrootcert={Uri.EscapeDataString(_authority.Root)}");

        var said = await _lab.RunAsync(Token, "list");

        AssertRefused(said, ["list"], "certificate", "127.0.0.1");
    }

    [Fact]
    public async Task A_certificate_file_that_is_not_there_is_named()
    {
        _lab.Environment["VAESWEEP_STORE"] = Address(ServerName, "sslmode=verify-full&sslrootcert=/nowhere/ca.crt");

        var said = await _lab.RunAsync(Token, "list");

        AssertRefused(said, ["list"], "/nowhere/ca.crt");
    }

    [Fact]
    public async Task A_server_without_encryption_is_refused_when_it_was_asked_for()
    {
        await using var plain = await Lab.StartAsync(Token);

        foreach (var mode in new[] { "require", "verify-full" })
        {
            plain.Environment["VAESWEEP_STORE"] = $"{plain.Server.Url}?sslmode={mode}";
            AssertRefused(await plain.RunAsync(Token, "list"), ["list"], "TLS");
        }
    }

    [Fact]
    public async Task A_server_elsewhere_that_is_not_verified_is_warned_of_until_the_address_says_what_is_meant()
    {
        _lab.Environment["VAESWEEP_STORE"] = "postgres://vaesweep@192.0.2.1:1/vaesweep?connect_timeout=1";
        var silent = await _lab.RunAsync(Token, "list");
        _lab.Environment["VAESWEEP_STORE"] = "postgres://vaesweep@192.0.2.1:1/vaesweep?connect_timeout=1&sslmode=prefer";
        var meant = await _lab.RunAsync(Token, "list");
        _lab.Environment["VAESWEEP_STORE"] = Address(ServerName, "");
        var local = await _lab.RunAsync(Token, "list");

        Assert.Contains("sslmode=verify-full", silent.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("sslmode=verify-full", meant.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("sslmode=verify-full", local.Errors, StringComparison.Ordinal);
    }

    private static void AssertRefused(Said said, IReadOnlyList<string> command, params IEnumerable<string> words)
    {
        Assert.True(said.Code == (command[0] == "store" ? 1 : Refused), $"code {said.Code}: {said.Out}{said.Errors}");
        Assert.All(words, word => Assert.Contains(word, said.Out + said.Errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", said.Errors, StringComparison.Ordinal);
    }

    private string Address(string host, string query) => $"{_lab.Server.Url.Replace("127.0.0.1", host, StringComparison.Ordinal)}?{query}";
}
