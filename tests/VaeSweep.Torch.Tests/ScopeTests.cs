using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch.Tests;

public sealed class ScopeTests : TorchTest
{
    [Fact]
    public void A_scope_frees_what_was_made_in_it()
    {
        var before = torch.LiveTensors;

        using (torch.NewDisposeScope())
        {
            _ = torch.ones([3]) + torch.ones([3]) * 2;
            Assert.Equal(before + 4, torch.LiveTensors);
        }

        Assert.Equal(before, torch.LiveTensors);
    }

    [Fact]
    public void A_tensor_moved_out_lives_as_long_as_the_outer_scope()
    {
        Tensor moved;
        using (torch.NewDisposeScope())
        {
            using (torch.NewDisposeScope())
            {
                moved = torch.ones([3]).MoveToOuterDisposeScope();
            }

            Assert.Equal(3, moved.sum().item<double>());
        }

        Assert.True(moved.IsDisposed);
    }

    [Fact]
    public void Keep_and_detach_let_a_tensor_outlive_its_scope()
    {
        Tensor kept, detached;
        using (var scope = torch.NewDisposeScope())
        {
            kept = scope.Keep(torch.ones([1]));
            detached = torch.ones([1]).DetachFromDisposeScope();
        }

        Assert.False(kept.IsDisposed);
        Assert.Null(detached.Scope);
        detached.Dispose();
    }

    [Fact]
    public void An_outer_scope_that_ends_first_ends_the_inner_ones()
    {
        var outer = torch.NewDisposeScope();
        var inner = torch.NewDisposeScope();
        var t = torch.ones([1]);

        outer.Dispose();
        inner.Dispose();

        Assert.True(t.IsDisposed);
    }

    [Fact]
    public void A_scope_cannot_end_on_another_thread()
    {
        Exception? thrown = null;
        var scope = torch.NewDisposeScope();

        var thread = new Thread(() => thrown = Record.Exception(scope.Dispose));
        thread.Start();
        thread.Join();

        scope.Dispose();
        Assert.IsType<InvalidOperationException>(thrown);
    }

    [Fact]
    public void Tensors_are_disposed_early_without_harm()
    {
        using (torch.NewDisposeScope())
        {
            using var t = torch.ones([1]);
            t.Dispose();
        }

        Assert.Equal(0, torch.LiveTensors);
    }

    [Fact]
    public void A_forgotten_tensor_is_counted_and_freed_on_the_training_thread()
    {
        var leaked = TensorHandle.Leaked;
        Forget();

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(leaked + 1, TensorHandle.Leaked);
        Assert.Equal(1, torch.LiveTensors);
        TorchRuntime.FreeForgotten();
        Assert.Equal(0, torch.LiveTensors);
        Leaked(1);
    }

    [Fact]
    public void A_handle_in_use_is_not_freed_by_dispose()
    {
        var t = torch.ones([4]);
        var held = false;
        t.Handle.DangerousAddRef(ref held);

        t.Dispose();

        Assert.Equal(1, torch.LiveTensors);
        t.Handle.DangerousRelease();
        Assert.Equal(0, torch.LiveTensors);
    }

    [Fact]
    public void Tensors_disposed_by_another_thread_while_in_use_do_not_crash()
    {
        for (var round = 0; round < 200; round++)
        {
            var t = torch.ones([64]).DetachFromDisposeScope();
            using var go = new ManualResetEventSlim();
            var other = new Thread(() =>
            {
                go.Wait(TestContext.Current.CancellationToken);
                t.Dispose();
            });
            other.Start();
            go.Set();
            try
            {
                for (var i = 0; i < 20; i++)
                {
                    using var sum = t.sum();
                    Assert.Equal(64, sum.item<double>());
                }
            }
            catch (ObjectDisposedException)
            {
                // The other thread was faster: refused, not freed under our hands.
            }

            other.Join();
        }

        Assert.Equal(0, torch.LiveTensors);
    }

    [Fact]
    public void A_hundred_steps_leave_as_many_tensors_as_one()
    {
        var w = torch.ones([1, 3, 2]).requires_grad_();
        using var adam = new Adam([w], [new AdamOptions()]);
        void Step()
        {
            using var scope = torch.NewDisposeScope();
            fused.linear(torch.ones([1, 4, 3]), w, null, Activation.Tanh).sum().backward();
            adam.step();
        }

        Step();
        var before = torch.LiveTensors;
        for (var i = 0; i < 100; i++)
        {
            Step();
        }

        Assert.Equal(before, torch.LiveTensors);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Forget() => _ = torch.ones([1]).DetachFromDisposeScope();
}
