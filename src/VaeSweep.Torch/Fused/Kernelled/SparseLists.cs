using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch;

/// <summary>Lists of lit entries that go round from step to step, so that no step allocates them.</summary>
internal static class SparseLists
{
    [ThreadStatic]
    private static Stack<SparseRows>? _free;

    public static SparseRows Take() => _free is { Count: > 0 } ? _free.Pop() : new SparseRows();

    public static void Return(SparseRows? lists)
    {
        if (lists is not null)
            (_free ??= new()).Push(lists);
    }
}
