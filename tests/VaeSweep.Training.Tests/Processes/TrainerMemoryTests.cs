using System.Globalization;

namespace VaeSweep.Training.Tests;

/// <summary>What trials leave behind in their trainer.</summary>
public sealed class TrainerMemoryTests : TrainingTest
{
    /// <summary>MB that 800 further trials of all shapes may add to what 200 have left: pieces of the C library's heap that lie
    /// between others.</summary>
    private const int Slack = 40;

    [Fact]
    public async Task A_thousand_trials_leave_no_tensor_and_no_memory_behind()
    {
        var said = await TestProcess.RunAsync(
            ["many", NewFolder()], TrainerEnvironment.For("cpu:0", new Dictionary<string, string>(StringComparer.Ordinal)));

        var numbers = said.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var (finished, tensors, warm, resident) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        Assert.Equal((1000, 0), (finished, tensors));
        Assert.True(resident <= warm + Slack, $"{warm} MB after 200 trials, {resident} MB after 1,000");
    }
}
