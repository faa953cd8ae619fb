using VaeSweep.Cluster.Former.Kernel;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class SupervisionTests : KernelTest
{
    [Fact]
    public async Task A_restart_keeps_the_mailbox_and_drops_the_message_that_failed_and_the_state()
    {
        var gate = new TaskCompletionSource();
        var actor = Actor(a =>
        {
            var sum = 0;
            a.OnAsync<char>(_ => gate.Task);
            a.On<int>(n =>
            {
                sum += n;
                Probe.Ref.Tell(sum);
            });
        });

        actor.Tell('w');
        actor.Tell(1);
        actor.Tell(new InvalidDataException("boom"));
        actor.Tell(10);
        actor.Tell(100);
        gate.SetResult();

        await Probe.Expect(1);
        await Probe.Expect(10);
        await Probe.Expect(110);
    }

    [Fact]
    public async Task A_restart_calls_its_hooks_in_order_and_stops_the_children_first()
    {
        var actor = Actor(a =>
        {
            a.OnPreStart = () =>
            {
                Probe.Ref.Tell("PreStart");
                a.Context.ActorOf(LooseActor.Props(c => c.OnPostStop = () => Probe.Ref.Tell("child PostStop")), "child");
            };
            a.OnPreRestart = (e, message) => Probe.Ref.Tell($"PreRestart {e.Message} {message?.GetType().Name}");
            a.OnPostStop = () => Probe.Ref.Tell("PostStop");
            a.OnPostRestart = e => Probe.Ref.Tell($"PostRestart {e.Message}");
        });

        actor.Tell(new InvalidDataException("boom"));
        await Handled(actor);

        var hooks = (await Probe.Rest()).Cast<string>().ToList();
        Assert.Equal(
            ["PreStart", "PreRestart boom InvalidDataException", "PostStop", "PostRestart boom", "PreStart"],
            hooks.Where(h => h != "child PostStop"));
        Assert.True(hooks.IndexOf("child PostStop") < hooks.IndexOf("PostRestart boom"));
    }

    [Fact]
    public async Task Resume_keeps_the_state()
    {
        var parent = Parent(new OneForOneStrategy(_ => Directive.Resume), child =>
        {
            var sum = 0;
            child.On<int>(n => Probe.Ref.Tell(sum += n));
        });

        parent.Tell(1);
        parent.Tell(new InvalidDataException("boom"));
        parent.Tell(10);

        await Probe.Expect(1);
        await Probe.Expect(11);
    }

    [Fact]
    public async Task Restarts_beyond_the_limit_stop_the_child_and_the_limit_is_per_time_range()
    {
        var strategy = new OneForOneStrategy(maxNrOfRetries: 2, withinTimeRange: TimeSpan.FromMinutes(1), _ => Directive.Restart);
        var parent = Parent(strategy, child =>
        {
            child.OnPreStart = () => Probe.Ref.Tell("start");
            child.OnPostStop = () => Probe.Ref.Tell("stop");
        });
        await Probe.Expect("start");

        async Task FailAndRestart()
        {
            parent.Tell(new InvalidDataException("boom"));
            await Probe.Expect("stop");
            await Probe.Expect("start");
        }

        await FailAndRestart();
        await FailAndRestart();
        Clock.Advance(TimeSpan.FromSeconds(61));
        await FailAndRestart();
        await FailAndRestart();
        parent.Tell(new InvalidDataException("boom"));
        await Probe.Expect("stop");

        System.EventStream.Subscribe(Probe.Ref, typeof(DeadLetter));
        parent.Tell(1);
        Assert.Equal(1, (await Probe.Expect<DeadLetter>()).Message);
    }

    [Fact]
    public async Task The_decider_chooses_by_exception()
    {
        var strategy = new OneForOneStrategy(e => e is IOException ? Directive.Resume : Directive.Stop);
        var parent = Parent(strategy, child =>
        {
            child.On<int>(n => Probe.Ref.Tell(n));
            child.OnPostStop = () => Probe.Ref.Tell("stop");
        });

        parent.Tell(new IOException("wait"));
        parent.Tell(1);
        parent.Tell(new InvalidDataException("boom"));

        await Probe.Expect(1);
        await Probe.Expect("stop");
    }

    [Fact]
    public async Task Escalate_fails_the_parent_with_the_childs_cause_and_both_begin_anew()
    {
        var parent = Actor(a =>
        {
            a.Strategy = new OneForOneStrategy(_ => Directive.Escalate);
            a.OnPreRestart = (e, _) => Probe.Ref.Tell($"parent restarts: {e.Message}");
            a.OnPreStart = () => a.Context.ActorOf(
                LooseActor.Props(c => c.OnPreStart = () => Probe.Ref.Tell("child starts")), "child");
            a.On<int>(_ => a.Context.Child("child")!.Tell(new InvalidDataException("deep")));
        });
        await Probe.Expect("child starts");

        parent.Tell(1);

        await Probe.Expect("parent restarts: deep");
        await Probe.Expect("child starts");
    }

    [Fact]
    public async Task A_resumed_escalation_resumes_the_child_that_failed_too()
    {
        var grandparent = Actor(g =>
        {
            g.Strategy = new OneForOneStrategy(_ => Directive.Resume);
            g.OnPreStart = () => g.Context.ActorOf(
                LooseActor.Props(p =>
                {
                    p.Strategy = new OneForOneStrategy(_ => Directive.Escalate);
                    p.OnPreStart = () => p.Context.ActorOf(
                        LooseActor.Props(c => c.On<int>(n => Probe.Ref.Tell(n))), "child");
                    p.On<object>(message => p.Context.Child("child")!.Forward(message));
                }),
                "parent");
            g.On<int>(n => g.Context.Child("parent")!.Forward(n));
            g.On<Exception>(e => g.Context.Child("parent")!.Forward(e));
        });

        grandparent.Tell(1);
        grandparent.Tell(new InvalidDataException("boom"));
        grandparent.Tell(2);

        await Probe.Expect(1);
        await Probe.Expect(2);
    }

    [Fact]
    public async Task Kill_stops_by_default()
    {
        var actor = Actor(_ => { });
        await Probe.Watch(actor);

        actor.Tell(Kill.Instance);

        await Probe.Expect<Terminated>();
    }

    [Fact]
    public async Task An_actor_whose_constructor_throws_is_stopped()
    {
        var actor = Actor(_ => throw new InvalidDataException("cannot be made"));

        await Probe.Watch(actor);

        Assert.Same(actor, (await Probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task A_factory_that_returns_an_old_instance_is_found_out()
    {
        LooseActor? kept = null;
        var causes = new List<Exception>();
        var strategy = new OneForOneStrategy(e =>
        {
            causes.Add(e);
            return e is ActorInitializationException ? Directive.Stop : Directive.Restart;
        });
        var factory = LooseActor.Props(a => kept ??= a);
        var parent = Actor(a =>
        {
            a.Strategy = strategy;
            a.On<int>(_ => Probe.Ref.Tell(a.Context.ActorOf(Props.Create(() => kept is null ? (ActorBase)factory.NewActor() : kept))));
        });
        parent.Tell(1);
        var child = await Probe.Expect<IActorRef>();
        await Probe.Watch(child);

        child.Tell(new InvalidDataException("boom"));

        await Probe.Expect<Terminated>();
        Assert.Contains("must make a new one", causes[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stashed_messages_survive_a_restart()
    {
        var actor = Actor(a =>
        {
            var failedBefore = false;
            a.On<int>(n =>
            {
                if (failedBefore)
                {
                    Probe.Ref.Tell(n);
                }
                else
                {
                    a.Stash.Stash();
                }
            });
            a.OnPostRestart = _ => failedBefore = true;
        });

        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(new InvalidDataException("boom"));
        actor.Tell(3);

        await Probe.Expect(1);
        await Probe.Expect(2);
        await Probe.Expect(3);
    }

    private IActorRef Parent(SupervisorStrategy strategy, Action<LooseActor> child) => Actor(a =>
    {
        a.Strategy = strategy;
        var created = a.Context.ActorOf(LooseActor.Props(child), "child");
        a.On<object>(message => created.Forward(message));
    });
}
