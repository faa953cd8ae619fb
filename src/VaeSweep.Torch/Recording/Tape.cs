namespace VaeSweep.Torch;

/// <summary>Records what <see cref="fused"/> operations compute on this thread while it lives, for one backward pass over kernels
/// and TorchSharp alike.</summary>
/// <remarks>
/// <para>A fused operation's result looks to TorchSharp like a leaf that wants a gradient. TorchSharp differentiates the
/// expressions between fused operations ("islands"), the tape calls the kernels in reverse order, and each hands its gradients to
/// the other. This is faster than nodes in TorchSharp's own graph: kernels write the gradients of weights where they stay, and
/// nothing is cloned.</para>
/// <para>Results that were recorded, but the loss, belong to the tape: read them before <see cref="Backward"/>, or clone them. Inside a tape
/// <see cref="Tensor.backward()"/> would leave out what kernels computed; use <see cref="Backward"/>. First derivatives only.
/// Without a tape fused operations are TorchSharp expressions, where gradients are wanted, and can be differentiated as often as
/// one likes.</para>
/// </remarks>
public sealed class Tape : IDisposable
{
    [ThreadStatic]
    private static Tape? _innermost;

    private readonly Tape? _outer = _innermost;
    private readonly List<Action> _steps = [];
    private readonly List<Tensor> _kept = [];
    private readonly Dictionary<Tensor, Traced> _traced = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<nint, Traced> _results = [];

    /// <summary>Begins to record.</summary>
    public Tape() => _innermost = this;

    /// <summary>The tape that records on this thread now; null where there is none or gradients are off.</summary>
    internal static Tape? Current => _innermost is { } tape && is_grad_enabled() ? tape : null;

    /// <summary>Adds to <see cref="Tensor.grad"/> of every parameter the gradient of a scalar that was computed while this tape
    /// recorded.</summary>
    /// <param name="loss">One element.</param>
    public void Backward(Tensor loss)
    {
        if (loss.numel() != 1)
            throw new TorchException($"Only a scalar can be differentiated; the loss is {Shapes.Of(loss)}.");

        using var scope = NewDisposeScope();
        // Islands may share expressions, and each is differentiated when its turn comes.
        if (_traced.TryGetValue(loss, out var recorded))
        {
            recorded.Add(ones_like(loss));
            recorded.Stays = true;
            scope.Attach(loss);
            loss.MoveToOuterDisposeScope();
        }
        else
        {
            loss.backward([ones_like(loss)], create_graph: false, retain_graph: true);
        }

        using var guard = no_grad();
        for (var i = _steps.Count - 1; i >= 0; i--)
            _steps[i]();

        foreach (var leaf in _traced.Values)
            leaf.GiveBack();

        Forget();
    }

    /// <summary>Ends recording, and frees the results that nobody has differentiated.</summary>
    public void Dispose()
    {
        Forget();
        _innermost = _outer;
    }

    /// <summary>Takes over what a backward step will need, in case it never comes.</summary>
    /// <param name="tensor">Belongs to no scope from now on; the step that has used it disposes it.</param>
    internal Tensor Keep(Tensor tensor)
    {
        _kept.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>What is known of an operand's gradient; null for a constant. Call it before the operation is recorded.</summary>
    /// <param name="operand">Contiguous.</param>
    internal Traced? Trace(Tensor operand)
    {
        if (_traced.TryGetValue(operand, out var known))
            return known;

        if (!operand.requires_grad)
            return null;

        var isLeaf = operand.is_leaf;
        if (isLeaf && _results.TryGetValue(Raw.Identity(operand), out var result))
            return result;

        var variable = new Traced(operand, isLeaf ? TracedKind.Leaf : TracedKind.Island);
        _traced.Add(operand, variable);
        if (variable.Kind == TracedKind.Island)
        {
            // Where an island ends and kernels go on: its own gradient is whole when all that was recorded after this has been
            // undone.
            _steps.Add(() =>
            {
                if (variable.TakeGradient() is { } gradient)
                {
                    operand.backward([gradient], create_graph: false, retain_graph: true);
                    gradient.Dispose();
                }
            });
        }

        return variable;
    }

    /// <summary>Makes a result differentiable.</summary>
    /// <param name="result">What a kernel computed; the tape's from now on.</param>
    /// <param name="back">Receives the result's gradient, contiguous and free to be overwritten.</param>
    internal void Record(Tensor result, Action<Tensor> back) => Record([result], upstream => back(upstream[0]!));

    /// <summary>Makes results differentiable.</summary>
    /// <param name="results">What kernels computed; the tape's from now on.</param>
    /// <param name="back">Receives the gradient of each result, null where nothing came, contiguous and free to be
    /// overwritten.</param>
    internal void Record(ReadOnlySpan<Tensor> results, Action<Tensor?[]> back)
    {
        var variables = new Traced[results.Length];
        for (var i = 0; i < results.Length; i++)
        {
            variables[i] = new Traced(results[i].DetachFromDisposeScope().requires_grad_(true), TracedKind.Result);
            _traced.Add(results[i], variables[i]);
            _results.Add(Raw.Identity(results[i]), variables[i]);
        }

        _steps.Add(() =>
        {
            // Loops, not queries: a small batch notices.
            var upstream = new Tensor?[variables.Length];
            var any = false;
            for (var i = 0; i < variables.Length; i++)
            {
                upstream[i] = variables[i].TakeGradient();
                any |= upstream[i] is not null;
            }

            if (any)
                back(upstream);

            for (var i = 0; i < variables.Length; i++)
            {
                upstream[i]?.Dispose();
                variables[i].Free();
            }
        });
    }

    private void Forget()
    {
        _steps.Clear();
        foreach (var variable in _traced.Values)
            variable.Free();

        foreach (var tensor in _kept)
            tensor.Dispose();

        _traced.Clear();
        _results.Clear();
        _kept.Clear();
    }
}
