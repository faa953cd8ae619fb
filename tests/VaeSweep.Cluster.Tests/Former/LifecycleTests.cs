using VaeSweep.Cluster.Former.Kernel;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class LifecycleTests : KernelTest
{
    [Fact]
    public async Task A_poison_pill_works_off_the_mailbox_first_and_what_comes_later_is_a_dead_letter()
    {
        System.EventStream.Subscribe(Probe.Ref, typeof(DeadLetter));
        var actor = Actor(a =>
        {
            a.On<int>(n => Probe.Ref.Tell(n));
            a.OnPostStop = () => Probe.Ref.Tell("stopped");
        });

        actor.Tell(1);
        actor.Tell(PoisonPill.Instance);
        actor.Tell(2);

        await Probe.Expect(1);
        await Probe.Expect("stopped");
        var letter = await Probe.Expect<DeadLetter>();
        Assert.Equal(2, letter.Message);
        Assert.Same(actor, letter.Recipient);
    }

    [Fact]
    public async Task Stop_comes_before_waiting_messages()
    {
        var entered = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        System.EventStream.Subscribe(Probe.Ref, typeof(DeadLetter));
        var actor = Actor(a => a.OnAsync<int>(async n =>
        {
            entered.TrySetResult();
            await gate.Task;
            Probe.Ref.Tell(n);
        }));
        actor.Tell(1);
        actor.Tell(2);
        await entered.Task;

        System.Stop(actor);
        gate.SetResult();

        await Probe.Expect(1);
        Assert.Equal(2, (await Probe.Expect<DeadLetter>()).Message);
    }

    [Fact]
    public async Task PostStop_of_children_runs_before_their_parents()
    {
        var parent = Actor(a =>
        {
            a.OnPostStop = () => Probe.Ref.Tell("parent");
            a.OnPreStart = () => a.Context.ActorOf(LooseActor.Props(c =>
            {
                c.OnPostStop = () => Probe.Ref.Tell("child");
                c.OnPreStart = () => c.Context.ActorOf(LooseActor.Props(g => g.OnPostStop = () => Probe.Ref.Tell("grandchild")));
            }));
        });
        await Handled(parent);

        System.Stop(parent);

        await Probe.Expect("grandchild");
        await Probe.Expect("child");
        await Probe.Expect("parent");
    }

    [Fact]
    public async Task PostStop_runs_when_the_whole_system_ends_even_for_an_actor_that_waits_for_its_supervisor()
    {
        var stopped = 0;
        var system = ActorSystem.Create("ending");
        for (var i = 0; i < 50; i++)
        {
            var actor = system.ActorOf(LooseActor.Props(a => a.OnPostStop = () => Interlocked.Increment(ref stopped)));
            if (i % 2 == 0)
            {
                actor.Tell(Kill.Instance);
            }
        }

        await system.Terminate().WaitAsync(Probe.Patience);

        Assert.Equal(50, stopped);
    }

    [Fact]
    public async Task A_throwing_PostStop_does_not_keep_the_actor_alive()
    {
        var actor = Actor(a => a.OnPostStop = () => throw new InvalidDataException("cannot clean up"));
        await Probe.Watch(actor);

        System.Stop(actor);

        Assert.Same(actor, (await Probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task Watching_a_dead_actor_answers_at_once()
    {
        var actor = Actor(_ => { });
        await Probe.Watch(actor);
        System.Stop(actor);
        await Probe.Expect<Terminated>();

        await Probe.Watch(actor);

        Assert.Same(actor, (await Probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task Unwatch_takes_back_a_Terminated_that_is_already_on_its_way()
    {
        var watched = Actor(_ => { });
        var gate = new TaskCompletionSource();
        var watcher = Actor(a =>
        {
            a.OnAsync<int>(async _ =>
            {
                a.Context.Watch(watched);
                System.Stop(watched);
                await gate.Task;
            });
            a.On<char>(_ => a.Context.Unwatch(watched));
            a.On<Terminated>(t => Probe.Ref.Tell(t));
        });
        await Probe.Watch(watched);
        watcher.Tell(1);
        watcher.Tell('u');
        await Probe.Expect<Terminated>();

        gate.SetResult();
        await Handled(watcher);

        Assert.Empty(await Probe.Rest());
    }

    [Fact]
    public async Task A_parent_that_watches_its_child_hears_of_the_end_once()
    {
        var parent = Actor(a =>
        {
            a.On<int>(_ => a.Context.Watch(a.Context.ActorOf(LooseActor.Props(_ => { }), "child")).Tell(PoisonPill.Instance));
            a.On<Terminated>(t => Probe.Ref.Tell(t.ActorRef.Path.Name));
        });

        parent.Tell(1);

        await Probe.Expect("child");
        await Handled(parent);
        Assert.Empty(await Probe.Rest());
    }

    [Fact]
    public async Task Not_handling_Terminated_of_a_watched_actor_ends_the_watcher()
    {
        var watched = Actor(_ => { });
        var watcher = Actor(a => a.On<int>(_ => a.Context.Watch(watched)));
        await Probe.Watch(watcher);
        watcher.Tell(1);
        await Handled(watcher);

        System.Stop(watched);

        Assert.Same(watcher, (await Probe.Expect<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task Names_are_unique_among_living_siblings_and_free_again_after_the_end()
    {
        var first = Actor(_ => { }, "cuda:0");
        await Probe.Watch(first);

        Assert.Throws<InvalidActorNameException>(() => Actor(_ => { }, "cuda:0"));
        System.Stop(first);
        await Probe.Expect<Terminated>();
        var second = Actor(_ => { }, "cuda:0");

        Assert.NotSame(first, second);
        Assert.Equal("actor://test/user/cuda:0", second.Path.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("$made")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void Names_that_would_break_a_path_are_refused(string name)
    {
        Assert.Throws<InvalidActorNameException>(() => Actor(_ => { }, name));
    }

    [Fact]
    public void An_actor_cannot_be_made_with_new()
    {
        var error = Assert.Throws<ActorInitializationException>(() => new Lonely());

        Assert.Contains("ActorOf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_reach_subscribers_of_the_base_type_until_they_unsubscribe()
    {
        System.EventStream.Subscribe(Probe.Ref, typeof(Exception));
        var seen = new List<string>();
        using (System.EventStream.Subscribe<IOException>(e => seen.Add(e.Message)))
        {
            System.EventStream.Publish(new FileNotFoundException("one"));
        }

        System.EventStream.Publish(new IOException("two"));
        System.EventStream.Unsubscribe(Probe.Ref);
        System.EventStream.Publish(new IOException("three"));

        Assert.Equal("one", (await Probe.Expect<Exception>()).Message);
        Assert.Equal("two", (await Probe.Expect<Exception>()).Message);
        Assert.Empty(await Probe.Rest());
        Assert.Equal(["one"], seen);
    }

    private sealed class Lonely : ReceiveActor;
}
