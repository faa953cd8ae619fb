using System.Runtime.InteropServices;

namespace VaeSweep.Deploy.Tests.Network;

/// <summary>Nodes and heads that are killed, frozen, without power, or of another day.</summary>
public sealed partial class FailureTests(Undisturbed quiet) : NetworkTests(quiet, places: 3)
{
    private const int ContinueSignal = 18;
    private const int StopSignal = 19;

    [Fact]
    public async Task What_a_killed_a_frozen_and_a_powerless_node_had_others_train_and_what_the_frozen_one_says_later_is_refused()
    {
        await SubmitAsync("unlucky");
        await using var first = await StartNodeAsync(0, devices: 2);
        await AtWorkAsync("unlucky", 1, first);
        await using var second = await StartNodeAsync(1, devices: 2);
        await ReadyAsync(2, first, second);

        var moment = Now();
        first.Kill();
        await AtWorkAsync("unlucky", 2, second);
        var killed = await GrantedAfterAsync(moment, "unlucky", 2);

        moment = Now();
        second.Freeze();
        await using var third = await StartNodeAsync(2, devices: 2);
        await AtWorkAsync("unlucky", 3, third);
        var frozen = await GrantedAfterAsync(moment, "unlucky", 3);
        var written = await ReportedAsync("unlucky", 2);
        second.Thaw();
        await SaidAsync(second, "went to another worker", 2);

        moment = Now();
        await Network.PullAsync(2, Token);
        third.Kill();
        await AtWorkAsync("unlucky", 4, second);
        var dark = await GrantedAfterAsync(moment, "unlucky", 4);
        await SucceededAsync("unlucky", second);
        await second.LeaveAsync(Token);

        Assert.Equal(written, await ReportedAsync("unlucky", 2));
        Assert.Equal(4, await MostAttemptsAsync("unlucky"));
        await AsIfNothingHadHappenedAsync("unlucky");
        Assert.InRange(killed, 0, 1);
        Assert.True(frozen > Lease - 1, $"granted {frozen:F1} s after the node was frozen");
        Assert.True(dark > Lease - 1, $"granted {dark:F1} s after the node had lost its power");
        Long.Proved($"a killed node's trials were granted elsewhere after {killed:F2} s, a frozen one's after {frozen:F1} s, "
            + $"those of one without power after {dark:F1} s (lease {Lease} s); what the frozen one said later was refused; "
            + "every number as without");
    }

    [Fact(Skip = Long.Only, SkipUnless = nameof(Long.Runs), SkipType = typeof(Long))]
    public async Task A_frozen_head_takes_nothing_away_and_one_from_a_back_up_has_trained_again_what_it_does_not_know()
    {
        await SubmitAsync("patient");
        await using var first = await StartNodeAsync(0, devices: 1);
        await using var second = await StartNodeAsync(1, devices: 1);
        await AtWorkAsync("patient", 1, first, second);

        const int Lasted = 20;
        Assert.Equal(0, Signal(Lab.HeadPid, StopSignal));
        await LastsAsync(Lasted);
        Assert.Equal(0, Signal(Lab.HeadPid, ContinueSignal));
        await SucceededAsync("patient", first, second);
        var patient = await MostAttemptsAsync("patient");

        await SubmitAsync("restored");
        await AtWorkAsync("restored", 1, first, second);
        await BackUpAndRestoreAsync();
        await SucceededAsync("restored", first, second);
        await first.LeaveAsync(Token);
        await second.LeaveAsync(Token);

        Assert.Equal(1, patient);
        Assert.InRange(await MostAttemptsAsync("restored"), 2, 3);
        await AsIfNothingHadHappenedAsync("patient");
        await AsIfNothingHadHappenedAsync("restored");
        Long.Proved($"a head was frozen for {Lasted} s: nothing was queued again; one was restored from a back-up while two "
            + $"nodes trained: at most {await MostAttemptsAsync("restored")} attempts, every number as without");
    }

    /// <summary>What is reported between the two is in no store any more.</summary>
    private async Task BackUpAndRestoreAsync()
    {
        var reported = "SELECT count(*) FROM epochs WHERE sweep = 'restored'";
        // As whoever sits at the head's machine does it.
        Lab.Environment["VAESWEEP_HEAD"] = null;
        await Lab.DoAsync(Token, "store", "backup", Lab.PathOf("back-up"));
        var kept = await Lab.CountAsync(reported, Token);
        await Until.HoldsAsync(async () => await Lab.CountAsync(reported, Token) > kept + 20, () => Lab.HeadLog, Token);
        await Lab.StopHeadAsync();
        await Lab.DoAsync(Token, "store", "restore", Lab.PathOf("back-up"), "--force");
        Lab.Environment["VAESWEEP_HEAD"] = Lab.Address;
        await Lab.StartHeadAsync(Token);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
