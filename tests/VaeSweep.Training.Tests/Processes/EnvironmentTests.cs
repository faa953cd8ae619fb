namespace VaeSweep.Training.Tests;

public sealed class EnvironmentTests
{
    [Fact]
    public void What_the_user_set_is_kept()
    {
        var parent = new Dictionary<string, string>(StringComparer.Ordinal) { ["OMP_NUM_THREADS"] = "4" };

        var added = TrainerEnvironment.For("cpu:0", parent);

        Assert.DoesNotContain("OMP_NUM_THREADS", added.Keys);
        Assert.Equal("1", added["MKL_NUM_THREADS"]);
    }

    [Theory]
    [InlineData("cuda:1", null, "1")]
    [InlineData("cuda:1", "4,6", "6")]
    [InlineData("cuda:0", "GPU-5ab", "GPU-5ab")]
    [InlineData("cpu:3", "4,6", "")]
    public void A_trainer_sees_its_own_gpu_alone(string device, string? visible, string expected)
    {
        var parent = new Dictionary<string, string>(StringComparer.Ordinal);
        if (visible is not null)
            parent["CUDA_VISIBLE_DEVICES"] = visible;

        var added = TrainerEnvironment.For(device, parent);

        Assert.Equal(expected, added["CUDA_VISIBLE_DEVICES"]);
    }

    [Fact]
    public void A_gpu_beyond_those_visible_is_refused()
    {
        var parent = new Dictionary<string, string>(StringComparer.Ordinal) { ["CUDA_VISIBLE_DEVICES"] = "4,6" };

        var error = Assert.Throws<ArgumentException>(() => TrainerEnvironment.For("cuda:2", parent));

        Assert.Contains("CUDA_VISIBLE_DEVICES=4,6 shows 2 GPUs", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu:0")]
    [InlineData("cpu:-1")]
    [InlineData("cpu:x")]
    [InlineData("")]
    public void A_device_that_is_none_is_named(string device)
    {
        var error = Assert.Throws<ArgumentException>(() => TrainerEnvironment.ParseDevice(device));

        Assert.Contains($"'{device}' is no device", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tail_keeps_the_last_whole_lines_whatever_is_written()
    {
        var tail = new TextTail(capacity: 32);

        tail.Append("a very long first line that is lost\n"u8);
        tail.Append(new byte[100]);
        tail.Append("\nsecond\nthird \u0007 line\n"u8);

        Assert.Equal("second\nthird   line", tail.Lines(2));
        Assert.Equal("third   line", tail.Lines(1));
    }
}
