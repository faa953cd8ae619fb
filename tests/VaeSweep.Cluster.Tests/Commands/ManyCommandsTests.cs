using System.Diagnostics;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.Tests;

namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>Commands come and go, and a head stays as it was. The head is weighed in a process of its own, and the commands
/// run in another one.</summary>
public sealed class ManyCommandsTests
{
    private const string AddressVariable = "VAESWEEP_TEST_HEAD";
    private const string CountVariable = "VAESWEEP_TEST_COMMANDS";
    private const int Warm = 50;
    private const int Commands = 200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_commands_one_after_the_other_leave_nothing_behind() => await RunAsync(nameof(Be_the_head));

    /// <summary>What the head's process does.</summary>
    [Fact(Explicit = true)]
    public async Task Be_the_head()
    {
        await using var head = await DeskHead.StartAsync();
        await head.Store.SubmitAsync(Some.Sweep(), Some.Trials(100), Token);
        await CommandAsync(Warm);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await CommandAsync(Commands);

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.Equal(0, head.Desk.Calls);
        Assert.InRange(grown, long.MinValue, Commands * 40_000L);

        Task CommandAsync(int count) =>
            RunAsync(nameof(Be_many_commands), (AddressVariable, head.Address), (CountVariable, $"{count}"));
    }

    /// <summary>What the commands' process does.</summary>
    [Fact(Explicit = true)]
    public async Task Be_many_commands()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable(CountVariable)!);
        for (var i = 0; i < count; i++)
        {
            var link = ClusterClientLink.Open(Environment.GetEnvironmentVariable(AddressVariable)!, null, TimeProvider.System);
            await using (var store = new RemoteStore(link, DeskHead.Token, TimeProvider.System))
            {
                Assert.Single(await store.ListSweepsAsync(Token));
                Assert.Equal(100, await store.Results.TrialsAsync(TrialFilter.AllOf("s"), TrialParts.All, Token)
                    .CountAsync(Token));
            }

            await link.Terminated.WaitAsync(Token);
        }
    }

    private static async Task RunAsync(string test, params (string Name, string Value)[] variables)
    {
        string[] words =
        [
            typeof(ManyCommandsTests).Assembly.Location, "-explicit", "only", "-method",
            $"{typeof(ManyCommandsTests).FullName}.{test}",
        ];
        var start = new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0 && said.Contains("Total: 1,", StringComparison.Ordinal), said);
    }
}
