using System.Text.RegularExpressions;

namespace VaeSweep.Chaos;

/// <summary>Several workers on one machine, as processes.</summary>
public sealed partial class DeviceTests
{
    private const int WrongUsage = 2;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Workers_of_one_machine_train_on_different_cores_and_one_too_many_is_refused_with_the_numbers()
    {
        var cores = Environment.ProcessorCount;
        Assert.SkipWhen(cores < 2, "one core cannot be shared out");
        using var desk = new Desk(Sweeps.Long);
        using var head = CommandRun.Start(desk.Folder, "head");
        await head.SaidAsync("this is the head", Token);
        await desk.DoAsync(() => CommandRun.Start(desk.Folder, "submit", "sweep.yaml"), Token);
        using var first = Worker(desk, "cpu:1");
        using var second = Worker(desk, "cpu:1");
        await first.SaidAsync(" trains ", Token);
        await second.SaidAsync(" trains ", Token);

        using var third = Worker(desk, $"cpu:{cores - 1}");
        var refused = await third.ExitAsync(Token);
        using var shares = Worker(desk, $"cpu:{cores - 1}", "--share", "--until-done");
        await shares.SaidAsync("trains for the head", Token);

        var (one, other) = (Processors(Assert.Single(first.Trainers())), Processors(Assert.Single(second.Trainers())));
        Assert.All(new[] { one, other }, list => Assert.Matches(@"^\d+$", list));
        Assert.NotEqual(one, other);
        Assert.Equal(WrongUsage, refused);
        Assert.Contains($"asks for {cores - 1} CPU {(cores == 2 ? "slot" : "slots")}, and {cores - 2} of {cores} "
            + $"cores {(cores == 3 ? "is" : "are")} free: taken are core ", third.Errors, StringComparison.Ordinal);
        // Whichever came first has the lower core.
        Assert.Contains($"core {one} by vaesweep worker (process {first.Pid})", third.Errors, StringComparison.Ordinal);
        Assert.Contains($"core {other} by vaesweep worker (process {second.Pid})", third.Errors, StringComparison.Ordinal);
        first.SignalParent(Posix.Kill);
        await first.ExitAsync(Token);
        using var heir = Worker(desk, "cpu:1", "--until-done");
        await heir.SaidAsync("with cpu:", Token);
    }

    private static CommandRun Worker(Desk desk, string devices, params string[] more) => CommandRun.Start(
        desk.Folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["VAESWEEP_SHARE"] = "0",
            ["VAESWEEP_LOCKS"] = Path.Combine(desk.Folder, "locks") },
        ["worker", "--devices", devices, .. more]);

    private static string Processors(int pid) => AllowedList()
        .Match(File.ReadAllText($"/proc/{pid}/status")).Groups["list"].Value;

    [GeneratedRegex(@"^Cpus_allowed_list:\s*(?<list>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex AllowedList();
}
