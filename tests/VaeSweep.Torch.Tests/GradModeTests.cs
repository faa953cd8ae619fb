namespace VaeSweep.Torch.Tests;

public sealed class GradModeTests : TorchTest
{
    [Fact]
    public void No_grad_records_nothing()
    {
        var x = torch.ones([2]).requires_grad_();

        using (torch.no_grad())
        {
            Assert.False((x * 2).requires_grad);
        }

        Assert.True((x * 2).requires_grad);
    }

    [Fact]
    public void The_mode_before_is_restored_after_an_exception()
    {
        Assert.Throws<TorchException>(() =>
        {
            using var guard = torch.no_grad();
            _ = torch.ones([2]) + torch.ones([3]);
        });

        Assert.True(torch.is_grad_enabled());
    }

    [Fact]
    public void Guards_nest()
    {
        using (torch.no_grad())
        {
            using (torch.enable_grad())
            {
                Assert.True(torch.is_grad_enabled());
            }

            Assert.False(torch.is_grad_enabled());
        }
    }
}
