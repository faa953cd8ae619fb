using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Which kernels are chosen.</summary>
public sealed class CpuKernelsTests
{
    [Fact]
    public void The_fastest_is_chosen_where_nothing_is_asked_for()
    {
        Assert.Equal(CpuKernels.Available[0], CpuKernels.Choose(null)!.Name);
        Assert.Contains("base", CpuKernels.Available);
    }

    [Fact]
    public void A_name_chooses_and_none_chooses_nothing()
    {
        Assert.Equal("base", CpuKernels.Choose("base")!.Name);
        Assert.Null(CpuKernels.Choose("none"));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_that_are_allowed()
    {
        var e = Assert.Throws<InvalidOperationException>(() => CpuKernels.Choose("avx1024"));

        Assert.Contains("'avx1024'", e.Message, StringComparison.Ordinal);
        Assert.Contains("base, none", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_processor_lacks_is_refused()
    {
        foreach (var name in new[] { "avx512", "avx2", "neon" }.Except(CpuKernels.Available))
        {
            Assert.Null(CpuKernels.For(name));
            Assert.Contains("cannot run", Assert.Throws<InvalidOperationException>(() => CpuKernels.Choose(name)).Message,
                StringComparison.Ordinal);
        }
    }
}
