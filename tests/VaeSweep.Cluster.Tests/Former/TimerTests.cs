using VaeSweep.Cluster.Former.Kernel;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class TimerTests : KernelTest
{
    [Fact]
    public async Task A_single_timer_fires_once_when_its_time_has_come()
    {
        var actor = Actor(a =>
        {
            a.OnPreStart = () => a.Timers.StartSingleTimer("k", 7, TimeSpan.FromSeconds(2));
            a.On<int>(n => Probe.Ref.Tell((n, a.Timers.IsTimerActive("k"))));
        });
        await Handled(actor);

        Clock.Advance(TimeSpan.FromSeconds(1.9));
        await Handled(actor);
        Assert.Empty(await Probe.Rest());
        Clock.Advance(TimeSpan.FromSeconds(10));

        await Probe.Expect((7, false));
        Assert.Null(Clock.NextDue);
    }

    [Fact]
    public async Task A_periodic_timer_repeats_until_it_is_cancelled()
    {
        var actor = Actor(a =>
        {
            var count = 0;
            a.OnPreStart = () => a.Timers.StartPeriodicTimer("k", 'x', TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
            a.On<char>(_ =>
            {
                if (++count == 3)
                {
                    a.Timers.Cancel("k");
                }

                Probe.Ref.Tell(count);
            });
        });
        await Handled(actor);

        for (var second = 0; second < 20; second++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Handled(actor);
        }

        Assert.Equal([1, 2, 3], (await Probe.Rest()).Cast<int>());
    }

    [Fact]
    public async Task A_cancelled_or_replaced_timer_delivers_nothing_even_from_the_mailbox()
    {
        var gate = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        var actor = Actor(a =>
        {
            a.OnPreStart = () =>
            {
                a.Timers.StartSingleTimer("cancelled", 1, TimeSpan.FromSeconds(1));
                a.Timers.StartSingleTimer("replaced", 2, TimeSpan.FromSeconds(1));
            };
            a.OnAsync<char>(async _ =>
            {
                entered.SetResult();
                await gate.Task;
                a.Timers.Cancel("cancelled");
                a.Timers.StartSingleTimer("replaced", 3, TimeSpan.FromSeconds(1));
            });
            a.On<int>(n => Probe.Ref.Tell(n));
        });
        actor.Tell('w');
        await entered.Task;
        Clock.Advance(TimeSpan.FromSeconds(1));

        gate.SetResult();
        await Handled(actor);
        Assert.Empty(await Probe.Rest());
        Clock.Advance(TimeSpan.FromSeconds(1));

        await Probe.Expect(3);
    }

    [Fact]
    public async Task Timers_end_with_a_restart_and_with_a_stop()
    {
        var starts = 0;
        var actor = Actor(a =>
        {
            a.OnPreStart = () =>
            {
                if (++starts == 1)
                {
                    a.Timers.StartPeriodicTimer("k", 1, TimeSpan.FromSeconds(1));
                }
            };
            a.On<int>(n => Probe.Ref.Tell(n));
        });

        actor.Tell(new InvalidDataException("boom"));
        await Handled(actor);

        Assert.Equal(2, starts);
        Assert.Null(Clock.NextDue);
    }
}
