using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Arrays that end at the end of a page, before one that nobody may touch: a read or write beyond ends the process.
/// Writes before the start are found at the end.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int Page = 16384;
    private const uint Canary = 0x7fc0dead;

    private readonly List<(nint Start, nuint Size, nint Data)> _maps = [];

    public float* Floats(IEnumerable<double> values)
    {
        var all = values.Select(v => (float)v).ToArray();
        var to = (float*)Bytes(all.Length * sizeof(float));
        all.CopyTo(new Span<float>(to, all.Length));
        return to;
    }

    public double* Doubles(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var to = (double*)Bytes(all.Length * sizeof(double));
        all.CopyTo(new Span<double>(to, all.Length));
        return to;
    }

    /// <summary>Floats that are NaN until written.</summary>
    public float* Floats(long count) => Floats(Enumerable.Repeat(double.NaN, (int)count));

    public double* Doubles(long count) => Doubles(Enumerable.Repeat(double.NaN, (int)count));

    public void* Bytes(int size)
    {
        var whole = (nuint)((size + 64 + Page - 1) / Page * Page);
        if (!OperatingSystem.IsLinux())
        {
            var plain = (byte*)NativeMemory.AlignedAlloc(whole, 64);
            _maps.Add(((nint)plain, 0, (nint)plain));
            return plain;
        }

        var start = mmap(0, whole + Page, 3, 0x22, -1, 0);
        Assert.NotEqual(-1, start);
        Assert.Equal(0, mprotect(start + (nint)whole, Page, 0));
        new Span<uint>((void*)start, (int)whole / 4).Fill(Canary);
        var data = start + (nint)whole - size;
        _maps.Add((start, whole, data));
        return (void*)data;
    }

    public void Dispose()
    {
        foreach (var (start, size, data) in _maps)
        {
            if (size == 0)
            {
                NativeMemory.AlignedFree((void*)start);
                continue;
            }

            var before = new ReadOnlySpan<uint>((void*)start, (int)((data - start) / 4));
            Assert.Equal(-1, before.IndexOfAnyExcept(Canary));
            Assert.Equal(0, munmap(start, size + Page));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mprotect(nint address, nuint length, int protection);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);
}
