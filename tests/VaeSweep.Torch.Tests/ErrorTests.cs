namespace VaeSweep.Torch.Tests;

public sealed class ErrorTests : TorchTest
{
    [Fact]
    public void Fused_operations_name_the_shapes_that_do_not_fit()
    {
        var e = Assert.Throws<TorchException>(() =>
            fused.linear(torch.zeros([1, 2, 3]), torch.zeros([1, 4, 5]), null, Activation.Relu));

        Assert.StartsWith("linear", e.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 2, 3]", e.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 4, 5]", e.Message, StringComparison.Ordinal);
    }
}
