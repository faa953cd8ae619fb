using VaeSweep.Cluster.Former.Kernel;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class AskTests : KernelTest
{
    [Fact]
    public async Task Ask_returns_the_first_answer_and_later_ones_are_dead_letters()
    {
        System.EventStream.Subscribe(Probe.Ref, typeof(DeadLetter));
        var actor = Actor(a => a.On<int>(n =>
        {
            a.Sender.Tell(n * 2);
            a.Sender.Tell(n * 3);
        }));

        var answer = await actor.Ask<int>(21, Probe.Patience);

        Assert.Equal(42, answer);
        Assert.Equal(63, (await Probe.Expect<DeadLetter>()).Message);
    }

    [Fact]
    public async Task Ask_times_out_on_the_systems_clock_and_says_what_it_asked()
    {
        var silent = Actor(_ => { }, "silent");
        var answer = silent.Ask<int>(1, TimeSpan.FromSeconds(3));

        Clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(answer.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(0.2));

        var error = await Assert.ThrowsAsync<AskTimeoutException>(() => answer);
        Assert.Contains("/user/silent did not answer Int32 within 00:00:03", error.Message, StringComparison.Ordinal);
        Assert.Null(Clock.NextDue);
    }

    [Fact]
    public async Task Ask_can_be_cancelled()
    {
        var silent = Actor(_ => { });
        using var cancel = new CancellationTokenSource();
        var answer = silent.Ask<int>(1, timeout: null, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task A_failure_as_the_answer_is_thrown_and_a_wrong_type_names_both()
    {
        var actor = Actor(a =>
        {
            a.On<int>(_ => a.Sender.Tell(new Status.Failure(new InvalidDataException("no such thing"))));
            a.On<char>(_ => a.Sender.Tell("text"));
        });

        await Assert.ThrowsAsync<InvalidDataException>(() => actor.Ask<int>(1, Probe.Patience));
        var wrong = await Assert.ThrowsAsync<InvalidCastException>(() => actor.Ask<int>('c', Probe.Patience));

        Assert.Contains("String; Int32 was expected", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PipeTo_turns_results_and_exceptions_into_messages()
    {
        await Task.FromResult(5).PipeTo(Probe.Ref);
        await Task.FromException<int>(new InvalidDataException("x")).PipeTo(Probe.Ref);
        await Task.FromException<int>(new InvalidDataException("y")).PipeTo(Probe.Ref, failure: e => e.Message);
        await Task.CompletedTask.PipeTo(Probe.Ref, () => "done");

        await Probe.Expect(5);
        Assert.IsType<InvalidDataException>((await Probe.Expect<Status.Failure>()).Cause);
        await Probe.Expect("y");
        await Probe.Expect("done");
    }
}
