namespace VaeSweep.Training.Tests;

/// <summary>What a node knows of its trainers before it has any.</summary>
public sealed class StackTests
{
    [Fact]
    public async Task A_node_knows_its_stack_without_libtorch()
    {
        var said = await TestProcess.RunAsync(["stack", "cpu:0"]);

        Assert.Equal($"{Stack.Of("cpu:0")}, without libtorch", said);
    }
}
