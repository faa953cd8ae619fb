using VaeSweep.Cluster.Former.Kernel;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class MailboxTests : KernelTest
{
    [Fact]
    public async Task Messages_of_each_sender_arrive_in_the_order_sent_whatever_the_others_do()
    {
        var last = new int[8];
        var count = 0;
        var actor = Actor(a => a.On<(int Sender, int Number)>(m =>
        {
            Assert.Equal(last[m.Sender] + 1, m.Number);
            last[m.Sender] = m.Number;
            count++;
        }));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(sender => Task.Run(() =>
        {
            for (var i = 1; i <= 5_000; i++)
            {
                actor.Tell((sender, i), sender: null);
            }
        })));
        await Handled(actor);

        Assert.Equal(40_000, count);
    }

    [Fact]
    public async Task An_async_handler_holds_the_mailbox_until_it_ends()
    {
        var gate = new TaskCompletionSource();
        var actor = Actor(a =>
        {
            a.OnAsync<int>(async number =>
            {
                Probe.Ref.Tell($"begin {number}");
                await gate.Task;
                Probe.Ref.Tell($"end {number}");
            });
            a.On<string>(text => Probe.Ref.Tell(text));
        });

        actor.Tell(1);
        actor.Tell("after");
        await Probe.Expect("begin 1");
        gate.SetResult();

        await Probe.Expect("end 1");
        await Probe.Expect("after");
    }

    [Fact]
    public async Task An_exception_after_an_await_reaches_the_supervisor()
    {
        var starts = 0;
        var actor = Actor(a =>
        {
            a.OnPreStart = () => Probe.Ref.Tell($"start {++starts}");
            a.OnAsync<int>(async _ =>
            {
                await Task.Yield();
                throw new InvalidDataException("late");
            });
        });
        await Probe.Expect("start 1");

        actor.Tell(1);

        await Probe.Expect("start 2");
    }

    [Fact]
    public async Task The_sender_stays_the_same_across_awaits_and_tell_names_the_teller()
    {
        var other = Actor(a => a.On<string>(_ => Probe.Ref.Tell(a.Sender.Path.Name)), "other");
        var actor = Actor(
            a => a.OnAsync<string>(async _ =>
            {
                await Task.Yield();
                Probe.Ref.Tell(a.Sender.Path.Name);
                other.Tell("hello");
            }),
            "teller");

        actor.Tell("go", other);

        await Probe.Expect("other");
        await Probe.Expect("teller");
    }

    [Fact]
    public async Task Become_replaces_and_a_stacked_behaviour_comes_off_again()
    {
        var actor = Actor(a =>
        {
            a.On<int>(n => Probe.Ref.Tell($"first {n}"));
            a.On<char>(c =>
            {
                switch (c)
                {
                    case 'p':
                        a.Push(() =>
                        {
                            a.On<int>(n => Probe.Ref.Tell($"pushed {n}"));
                            a.On<char>(_ => a.Pop());
                        });
                        break;
                    default:
                        a.Switch(() => a.On<int>(n => Probe.Ref.Tell($"switched {n}")));
                        break;
                }
            });
        });

        foreach (var message in new object[] { 1, 'p', 2, 'x', 3, 's', 4 })
        {
            actor.Tell(message);
        }

        await Probe.Expect("first 1");
        await Probe.Expect("pushed 2");
        await Probe.Expect("first 3");
        await Probe.Expect("switched 4");
    }

    [Fact]
    public async Task Stashed_messages_come_back_in_order_before_those_that_wait()
    {
        var open = false;
        var actor = Actor(a =>
        {
            a.On<int>(n =>
            {
                if (open)
                {
                    Probe.Ref.Tell(n);
                }
                else
                {
                    a.Stash.Stash();
                }
            });
            a.On<char>(_ =>
            {
                open = true;
                a.Stash.UnstashAll();
            });
        });

        foreach (var message in new object[] { 1, 2, 3, 'o', 4 })
        {
            actor.Tell(message);
        }

        foreach (var expected in new[] { 1, 2, 3, 4 })
        {
            await Probe.Expect(expected);
        }
    }

    [Fact]
    public async Task A_message_cannot_be_stashed_twice()
    {
        var actor = Actor(a => a.On<int>(_ =>
        {
            a.Stash.Stash();
            var error = Assert.Throws<InvalidOperationException>(() => a.Stash.Stash());
            Probe.Ref.Tell(error.Message);
        }));

        actor.Tell(1);

        Assert.Contains("stashed the same Int32 twice", await Probe.Expect<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_without_a_handler_becomes_an_event()
    {
        System.EventStream.Subscribe(Probe.Ref, typeof(UnhandledMessage));
        var actor = Actor(_ => { });

        actor.Tell(12.5);

        var unhandled = await Probe.Expect<UnhandledMessage>();
        Assert.Equal(12.5, unhandled.Message);
        Assert.Same(actor, unhandled.Recipient);
    }

    [Fact]
    public async Task Handlers_cannot_be_declared_while_a_message_is_handled()
    {
        var actor = Actor(a => a.On<int>(_ =>
        {
            Assert.Throws<InvalidOperationException>(() => a.On<string>(_ => { }));
            Probe.Ref.Tell("refused");
        }));

        actor.Tell(1);

        await Probe.Expect("refused");
    }
}
