using VaeSweep.Torch.Kernels;

namespace VaeSweep.Torch.Tests.Kernels;

/// <summary>Random numbers by counters: published vectors, independence of width and offset, moments.</summary>
public sealed unsafe class PhiloxTests : KernelTest
{
    private static readonly PhiloxStream _stream = new(0x0123456789abcdef, 7, 11, 13);

    /// <summary>Of the generator's authors: counter, key and block.</summary>
    public static TheoryData<uint[], ulong, uint[]> Published => new()
    {
        { [0, 0, 0, 0], 0, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
        { [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], 0xffffffffffffffff,
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd] },
        { [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], 0x299f31d0a4093822,
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1] },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Blocks_are_those_that_were_published(uint[] counter, ulong key, uint[] expected)
    {
        var block = new uint[4];
        Philox.Block(counter, key, block);
        Assert.Equal(expected, block);

        foreach (var kernels in AllFused.Append(Of("base")).Where(_ => counter[0] < 0xfffffff0))
        {
            var words = (uint*)Memory.Bytes(16);
            kernels.RandomWords(new(key, counter[1], counter[2], counter[3]), 4L * counter[0], 4, words);
            Assert.Equal(expected, new Span<uint>(words, 4).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_element_is_made_of_its_words(string kind)
    {
        const int N = 103;
        var kernels = Of(kind);
        var words = Enumerable.Range(0, N).SelectMany(b => Block((uint)b)).ToArray();
        float* f = Memory.Floats(N), fn = Memory.Floats(N);
        double* d = Memory.Doubles(N), dn = Memory.Doubles(N);
        uint* raw = (uint*)Memory.Bytes(4 * N), integers = (uint*)Memory.Bytes(4 * N);

        kernels.RandomWords(_stream, 0, N, raw);
        kernels.RandomIntegers(_stream, 0, N, 1000, integers);
        kernels.RandomUniform(_stream, 0, N, f);
        kernels.RandomUniform(_stream, 0, N, d);
        kernels.RandomNormal(_stream, 0, N, fn);
        kernels.RandomNormal(_stream, 0, N, dn);

        for (var i = 0; i < N; i++)
        {
            Assert.Equal(words[i], raw[i]);
            Assert.Equal((uint)((ulong)words[i] * 1000 >> 32), integers[i]);
            Assert.Equal((words[i] >> 8) * (1.0 / (1 << 24)), f[i]);
            Assert.Equal(Unit(i), d[i]);

            // Pairs: radius of the first word or uniform, angle of the second.
            var pair = i / 2 * 2;
            Assert.Equal(Normal((words[pair] + 1.0) / 4294967296, (words[pair + 1] >> 8) * (1.0 / (1 << 24)), i % 2), fn[i],
                2e-6);
            Assert.Equal(Normal(Unit(pair) + (1.0 / (1L << 53)), Unit(pair + 1), i % 2), dn[i], 4e-15);
        }

        double Unit(int i) => ((((ulong)words[(2 * i) + 1] << 32) | words[2 * i]) >> 11) * (1.0 / (1L << 53));
    }

    [Fact]
    public void Noise_is_the_same_to_the_bit_on_every_processor_and_from_any_element_on()
    {
        const int N = 1000;
        var expected = Everything(Of("base"), 0, N);
        foreach (var kernels in AllFused)
        {
            Assert.Equal(expected, Everything(kernels, 0, N));
            foreach (var start in new[] { 1, 2, 3, 5, 31, 32, 33, 997 })
            {
                var later = Everything(kernels, start, Math.Min(N - start, 70));
                Assert.Equal(expected.Select(e => e[start..Math.Min(N, start + 70)]), later);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Numbers_have_the_moments_of_their_distributions(string kind)
    {
        const int N = 400_000;
        float* uniform = Memory.Floats(N), normal = Memory.Floats(N);
        var normals = Memory.Doubles(N);
        Of(kind).RandomUniform(_stream, 0, N, uniform);
        Of(kind).RandomNormal(_stream, 0, N, normal);
        Of(kind).RandomNormal(_stream with { Draw = 8 }, 0, N, normals);

        Check([.. Copied(uniform, N).Select(v => (v - 0.5) * Math.Sqrt(12))], 1.8);
        Check([.. Copied(normal, N).Select(v => (double)v)], 3);
        Check(Copied(normals, N), 3);
        Assert.InRange(Copied(uniform, N).Min(), 0, 1e-4f);
        Assert.InRange(Copied(uniform, N).Max(), 0.9999f, 0.99999999f);
        Assert.InRange(Copied(normal, N).Count(v => Math.Abs(v) > 3) / (double)N, 0.0023, 0.0031);

        static void Check(double[] values, double fourth)
        {
            // Five standard errors and more.
            Assert.InRange(values.Average(), -0.008, 0.008);
            Assert.InRange(values.Average(v => v * v), 0.985, 1.015);
            Assert.InRange(values.Average(v => v * v * v), -0.05, 0.05);
            Assert.InRange(values.Average(v => v * v * v * v), fourth * 0.96, fourth * 1.04);
            Assert.InRange(values.Zip(values.Skip(1), (a, b) => a * b).Average(), -0.01, 0.01);
        }
    }

    [Fact]
    public void Streams_that_differ_in_one_word_share_nothing()
    {
        PhiloxStream[] streams = [_stream, _stream with { Draw = 8 }, _stream with { Step = 12 }, _stream with { Epoch = 14 },
            _stream with { Key = 1 }, _stream with { Key = 1UL << 32 }];
        var seen = new HashSet<uint>();
        foreach (var stream in streams)
        {
            var words = (uint*)Memory.Bytes(400);
            Of("base").RandomWords(stream, 0, 100, words);
            Assert.All(new Span<uint>(words, 100).ToArray(), w => Assert.True(seen.Add(w)));
        }
    }

    [Fact]
    public void A_draw_that_is_too_long_is_refused()
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => Of("base").RandomUniform(_stream, 1L << 34, 1,
            Memory.Floats(1L)));

        Assert.Contains("17179869184 elements", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Of("base").RandomNormal(_stream, (1L << 33) - 1, 2, Memory.Doubles(2L)));
        Of("base").RandomUniform(_stream, (1L << 34) - 2, 2, Memory.Floats(2L));
    }

    private static uint[] Block(uint block)
    {
        var words = new uint[4];
        Philox.Block([block, _stream.Draw, _stream.Step, _stream.Epoch], _stream.Key, words);
        return words;
    }

    private static double Normal(double u, double v, int odd) =>
        Math.Sqrt(-2 * Math.Log(u)) * (odd == 0 ? Math.Cos(2 * Math.PI * v) : Math.Sin(2 * Math.PI * v));

    private long[][] Everything(IKernels kernels, int start, int n)
    {
        float* f = Memory.Floats(n), fn = Memory.Floats(n);
        double* d = Memory.Doubles(n), dn = Memory.Doubles(n);
        kernels.RandomUniform(_stream, start, n, f);
        kernels.RandomNormal(_stream, start, n, fn);
        kernels.RandomUniform(_stream, start, n, d);
        kernels.RandomNormal(_stream, start, n, dn);
        return
        [
            [.. Copied(f, n).Select(v => (long)BitConverter.SingleToInt32Bits(v))],
                [.. Copied(fn, n).Select(v => (long)BitConverter.SingleToInt32Bits(v))],
            [.. Copied(d, n).Select(BitConverter.DoubleToInt64Bits)], [.. Copied(dn, n).Select(BitConverter.DoubleToInt64Bits)],
        ];
    }
}
