namespace VaeSweep.Torch.Tests;

public sealed class TensorTests : TorchTest
{
    [Fact]
    public void Data_goes_in_and_out_unchanged()
    {
        float[] values = [1, 2, 3, 4, 5, 6];

        var t = torch.tensor(values, [2, 3]);

        Assert.Equal([2, 3], t.shape);
        Assert.Equal(ScalarType.Float32, t.dtype);
        Assert.Equal(Device.CPU, t.device);
        Assert.Equal(6, t.numel());
        Assert.Equal(values, t.data<float>());
        Assert.Equal([1f, 4, 2, 5, 3, 6], t.transpose(0, 1).data<float>());
        Assert.Equal(values, torch.zeros([2, 3]).CopyFromBytes(t.bytes()).data<float>());
    }

    [Fact]
    public void Every_element_type_round_trips()
    {
        Assert.Equal([true, false], torch.tensor([true, false]).data<bool>());
        Assert.Equal([(byte)1, 255], torch.tensor(new byte[] { 1, 255 }).data<byte>());
        Assert.Equal([-1, 2], torch.tensor([-1, 2]).data<int>());
        Assert.Equal([-1L, 2], torch.tensor([-1L, 2]).data<long>());
        Assert.Equal([0.5, 2], torch.tensor([0.5, 2]).data<double>());
        Assert.Equal(7, torch.tensor([7L]).item<int>());
        Assert.Equal(0.5f, torch.tensor(0.5).item<float>());
        Assert.True(torch.tensor([true]).item<bool>());
    }

    [Fact]
    public void Views_share_memory_and_copies_do_not()
    {
        var t = torch.zeros([2, 2]);

        t.view(4).select(0, 3).fill_(5);
        t.clone().fill_(9);

        Assert.Equal([0f, 0, 0, 5], t.data<float>());
        t.AsSpan<float>()[0] = 1;
        Assert.Equal(6, t.sum().item<double>());
        Assert.True(t.is_same(t.alias()));
    }

    [Fact]
    public void Whole_numbers_keep_integers_integer()
    {
        Assert.Equal(ScalarType.Int64, (torch.arange(3) + 2).dtype);
        Assert.Equal(ScalarType.Float32, (torch.arange(3) * 0.5).dtype);
    }

    [Fact]
    public void Operations_in_place()
    {
        var t = torch.tensor([1f, 2, 3]);
        var one = torch.ones([3]);

        t.add_(one).sub_(one).mul_(one).div_(one).add_(one, 2).add_(1).mul_(2).sub_(2);
        Assert.Equal([6f, 8, 10], t.data<float>());
        Assert.Equal([8f, 10, 12], t.addcmul_(one, one, 2).data<float>());
        Assert.Equal([6f, 8, 10], t.addcdiv_(one, one, -2).data<float>());
        Assert.Equal([3.5f, 4.5f, 5.5f], t.lerp_(one, 0.5).data<float>());
        Assert.Equal([4f, 4.5f, 5], t.clamp_(4, 5).data<float>());
        Assert.Equal([1f, 1, 1], t.copy_(one).data<float>());
        Assert.Equal([7f, 1, 1], t.index_copy_(0, torch.tensor([0L]), torch.tensor([7f])).data<float>());
        Assert.Equal([0f, 0, 0], t.zero_().data<float>());
    }

    [Fact]
    public void Comparisons_and_tests()
    {
        var t = torch.tensor([1f, float.NaN, float.PositiveInfinity]);

        Assert.Equal([true, false, false], t.isfinite().data<bool>());
        Assert.False(t.isfinite().all().item<bool>());
        Assert.True(t.isfinite().any().item<bool>());
        Assert.Equal([true, false, false], t.eq(1).data<bool>());
        Assert.Equal([false, true, true], t.ne(1).data<bool>());
        Assert.Equal([false, false, true], t.gt(torch.ones([3])).data<bool>());
        Assert.Equal([true, false, true], t.ge(1).data<bool>());
        Assert.Equal([true, false, false], t.lt(2).logical_and(t.le(1)).data<bool>());
        Assert.Equal([false, true, true], t.eq(torch.ones([3])).logical_not().data<bool>());
    }

    [Fact]
    public void Orders_and_indices()
    {
        var t = torch.tensor([3f, 1, 2]);

        Assert.Equal(0, t.argmax(0).item<long>());
        Assert.Equal([1L, 2, 0], t.argsort().data<long>());
        Assert.Equal([0L, 2, 1], t.argsort(descending: true).data<long>());
        Assert.Equal(3, t.max().item<double>());
        Assert.Equal(1, t.min().item<double>());
        Assert.Equal([0.0, 0.5, 1], torch.linspace(0, 1, 3, ScalarType.Float64).data<double>());
        Assert.Equal(2, torch.eye(2).sum().item<double>());
        Assert.Equal([2f, 4], torch.arange(2, 6, 2, ScalarType.Float32).data<float>());
        Assert.Equal([1f, 0, -1], torch.tensor([0.4f, 0, -2]).sign().data<float>());
        Assert.Equal([0f, 2], torch.tensor([0.4f, 1.6f]).round().data<float>());
        Assert.Equal([0f, 1], torch.tensor([0.4f, 1.6f]).floor().data<float>());
    }

    [Fact]
    public void The_runtime_knows_its_library()
    {
        Assert.True(Version.Parse(TorchRuntime.TorchVersion.Split('+')[0]) >= new Version(1, 13));
        Assert.True(File.Exists(TorchRuntime.NativePath));
        Assert.Contains("libtorch", TorchRuntime.TorchPath, StringComparison.Ordinal);
        Assert.Contains("PyTorch", TorchRuntime.TorchConfig, StringComparison.Ordinal);
        Assert.Equal(1, torch.get_num_threads());
        Assert.Equal(torch.cuda.device_count() > 0, torch.cuda.is_available());
    }

    [Fact]
    public void Denormals_can_be_flushed()
    {
        var tiny = torch.full([1], 1e-40);
        try
        {
            Assert.True(torch.set_flush_denormal(true));
            Assert.Equal(0, (tiny * 0.5).item<double>());
        }
        finally
        {
            torch.set_flush_denormal(false);
        }

        Assert.NotEqual(0, (tiny * 0.5).item<double>());
    }

    [Theory]
    [InlineData("cpu", "cpu")]
    [InlineData("cpu:1", "cpu")]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:3", "cuda:3")]
    public void Devices_have_names(string name, string canonical) => Assert.Equal(canonical, Device.Parse(name).ToString());
}
