using VaeSweep.Torch.Kernels;

namespace VaeSweep.Training.Tests;

/// <summary>Holds <see cref="Numerics.Number"/> against what trainings compute, bit by bit.</summary>
public sealed class NumericsTests
{
    /// <summary>Written by numerics.sh beside this file.</summary>
    private static readonly string[] _golden = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Loop", "numerics.txt"));

    public static TheoryData<string> Widths => [.. CpuKernels.Available];

    [Theory]
    [MemberData(nameof(Widths))]
    public async Task A_bit_that_changes_changes_the_number(string kernels)
    {
        Assert.True(
            _golden[0] == $"numerics {Numerics.Number}",
            $"numerics.txt is of {_golden[0]}, and Numerics.Number is {Numerics.Number}: write it anew with Loop/numerics.sh.");
        var known = _golden.Where(line => line.StartsWith($"{kernels} ", StringComparison.Ordinal)).ToArray();
        Assert.SkipWhen(known.Length == 0, $"numerics.txt has nothing of {kernels} kernels.");

        // Beside the kernels, libtorch's own operations and its matrix library choose by processor: here they are to do the same
        // everywhere.
        var computed = await TestProcess.RunAsync(
            ["numerics"], new Dictionary<string, string>(TrainerEnvironment.For("cpu:0", new Dictionary<string, string>()))
        {
            [CpuKernels.Variable] = kernels, ["ATEN_CPU_CAPABILITY"] = "default", ["MKL_CBWR"] = "COMPATIBLE",
        });

        var changed = computed.Split('\n').Except(known).ToArray();
        Assert.True(
            changed.Length == 0,
            $"Trainings compute other bits than numerics {Numerics.Number} did: {string.Join("; ", changed)}. If that is meant, "
                + "raise Numerics.Number and run "
            + "tests/VaeSweep.Training.Tests/Loop/numerics.sh; if it is not, find the change that did it.");
        Assert.Equal(known.Length, computed.Split('\n').Length);
    }

    [Fact]
    public void Widths_of_one_stack_compute_the_same()
    {
        // Stack names no width but "base", whose products and sums round twice.
        var hashes = _golden.Skip(1).Select(line => line.Split(' ', 2)).ToLookup(parts => parts[0], parts => parts[1]);

        Assert.NotEmpty(hashes["avx512"]);
        Assert.Equal(hashes["avx512"], hashes["avx2"]);
        Assert.NotEqual(hashes["avx512"], hashes["base"]);
    }
}
