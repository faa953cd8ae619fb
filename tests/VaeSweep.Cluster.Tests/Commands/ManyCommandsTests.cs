using System.Diagnostics;
using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.Tests;

namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>Commands come and go, and a head stays as it was. They run in a process of their own, so that only the head is
/// weighed.</summary>
public sealed class ManyCommandsTests
{
    private const string AddressVariable = "VAESWEEP_TEST_HEAD";
    private const string CountVariable = "VAESWEEP_TEST_COMMANDS";
    private const int Warm = 50;
    private const int Commands = 200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_commands_one_after_the_other_leave_nothing_behind()
    {
        await using var head = await DeskHead.StartAsync();
        await head.Store.SubmitAsync(Some.Sweep(), Some.Trials(100), Token);
        await RunAsync(head.Address, Warm);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(head.Address, Commands);

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        TestContext.Current.TestOutputHelper!.WriteLine($"{grown / Commands:N0} bytes a command");
        Assert.Equal(0, head.Desk.Calls);
        Assert.InRange(grown, long.MinValue, Commands * 40_000L);
    }

    /// <summary>What the other process does.</summary>
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

    private static async Task RunAsync(string address, int count)
    {
        string[] words =
        [
            typeof(ManyCommandsTests).Assembly.Location, "-explicit", "only", "-method",
            $"{typeof(ManyCommandsTests).FullName}.{nameof(Be_many_commands)}",
        ];
        var start = new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment[AddressVariable] = address;
        start.Environment[CountVariable] = $"{count}";
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0 && said.Contains("Total: 1,", StringComparison.Ordinal), said);
    }
}
