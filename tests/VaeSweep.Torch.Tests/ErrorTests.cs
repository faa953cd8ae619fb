namespace VaeSweep.Torch.Tests;

public sealed class ErrorTests : TorchTest
{
    [Fact]
    public void A_refused_operation_is_named_with_its_shapes_and_the_reason()
    {
        var a = torch.zeros([2, 3]);
        var b = torch.zeros([4, 5], ScalarType.Float64);

        var e = Assert.Throws<TorchException>(() => a.matmul(b));

        Assert.Equal("matmul", e.Operation);
        Assert.Equal(["[2, 3] float32 cpu", "[4, 5] float64 cpu"], e.Operands);
        Assert.StartsWith("matmul([2, 3] float32 cpu, [4, 5] float64 cpu): ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("frame #", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_is_named_as_the_method_it_stands_for()
    {
        var e = Assert.Throws<TorchException>(() => torch.zeros([2]) + torch.zeros([3]));

        Assert.Equal("add", e.Operation);
    }

    [Fact]
    public void Fused_operations_name_the_shapes_that_do_not_fit()
    {
        var e = Assert.Throws<TorchException>(() => fused.linear(torch.zeros([1, 2, 3]), torch.zeros([1, 4, 5]), null, Activation.Relu));

        Assert.Equal("linear", e.Operation);
        Assert.Contains("[1, 2, 3]", e.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 4, 5]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_cannot_be_had_is_told_apart()
    {
        var e = Assert.Throws<TorchException>(() => torch.empty([1L << 50]));

        Assert.True(e.IsOutOfMemory);
    }

    [Fact]
    public void A_disposed_tensor_is_refused()
    {
        var t = torch.zeros([2]);
        t.Dispose();

        Assert.Throws<ObjectDisposedException>(() => t.exp());
    }

    [Fact]
    public void Data_of_the_wrong_type_or_length_is_refused()
    {
        var t = torch.zeros([2, 2]);

        Assert.Contains("float32", Assert.Throws<ArgumentException>(() => t.data<double>()).Message, StringComparison.Ordinal);
        Assert.Throws<TorchException>(() => t.CopyFrom<float>([1, 2, 3]));
        Assert.Throws<TorchException>(() => torch.tensor(new float[3], [2, 2]));
    }

    [Fact]
    public void A_device_without_a_name_is_refused_with_those_allowed()
    {
        var e = Assert.Throws<FormatException>(() => Device.Parse("gpu:0"));

        Assert.Contains("'gpu:0'", e.Message, StringComparison.Ordinal);
        Assert.Contains("cuda:0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_threads_must_be_positive() => Assert.Throws<TorchException>(() => torch.set_num_threads(0));
}
