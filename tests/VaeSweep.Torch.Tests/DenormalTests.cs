namespace VaeSweep.Torch.Tests;

public sealed class DenormalTests : TorchTest
{
    [Fact]
    public void Numbers_too_small_for_full_precision_become_zero_in_kernels_and_in_TorchSharp()
    {
        float kernel = 1, operation = 1;
        // The setting is the thread's, and this one ends with it.
        var thread = new Thread(() =>
        {
            using var scope = NewDisposeScope();
            var tiny = torch.full([1, 1, 1], 1e-30f);
            Assert.True(Denormals.FlushToZero());
            kernel = fused.linear(tiny, torch.full([1, 1, 1], 1e-10f), null, Activation.None).item<float>();
            operation = (tiny * 1e-10f).item<float>();
        });

        thread.Start();
        thread.Join();

        Assert.Equal(0, kernel);
        Assert.Equal(0, operation);
    }
}
