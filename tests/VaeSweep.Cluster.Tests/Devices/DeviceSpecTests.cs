namespace VaeSweep.Cluster.Tests.Devices;

public sealed class DeviceSpecTests
{
    [Theory]
    [InlineData("auto", 2, 0, "cpu:0 cpu:1")]
    [InlineData("auto", 16, 2, "cuda:0 cuda:1")]
    [InlineData("cpu", 3, 1, "cpu:0 cpu:1 cpu:2")]
    [InlineData("cpu:1", 4, 0, "cpu:0")]
    [InlineData("cpu:4", 4, 0, "cpu:0 cpu:1 cpu:2 cpu:3")]
    [InlineData("cuda", 4, 3, "cuda:0 cuda:1 cuda:2")]
    [InlineData("cuda:2", 4, 3, "cuda:2")]
    [InlineData("CUDA:0, 2", 4, 3, "cuda:0 cuda:2")]
    [InlineData("cuda:1+cpu:2", 4, 3, "cuda:1 cpu:0 cpu:1")]
    public void Devices_are_what_was_asked_for(string text, int cores, int gpus, string devices)
    {
        Assert.Equal(devices.Split(' '), DeviceSpec.Parse(text, new SomeMachine(cores, gpus)));
    }

    [Theory]
    [InlineData("cuda", 2, 0, "'cuda' asks for GPUs, and there is none (NVML counts 0).")]
    [InlineData("cuda:0", 2, 0, "asks for cuda:0, and there is none")]
    [InlineData("cuda:0,3", 2, 2, "asks for cuda:3, and there are 2: cuda:0 to cuda:1 (NVML counts 2)")]
    [InlineData("cuda:1", 2, 1, "there is only cuda:0")]
    [InlineData("cpu:5", 2, 0, "asks for 5 CPU slots, and this process may use 2 cores")]
    [InlineData("cpu:0", 2, 0, "'0' in 'cpu:0' is no number of CPU slots")]
    [InlineData("cuda:x", 2, 2, "'x' in 'cuda:x' is no GPU number")]
    [InlineData("cuda:0,0", 2, 2, "names cuda:0 twice")]
    [InlineData("cpu+cpu", 2, 2, "names cpu:0 twice")]
    [InlineData("gpu:0", 2, 2, "'gpu:0' names no devices. Write auto, cpu")]
    [InlineData("", 2, 2, "names no devices")]
    [InlineData("auto:2", 2, 2, "names no devices")]
    public void What_is_not_there_is_an_error_with_both_numbers(string text, int cores, int gpus, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => DeviceSpec.Parse(text, new SomeMachine(cores, gpus)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda:GPU-1", "cuda:1")]
    [InlineData("cuda:gpu-2,0", "cuda:2 cuda:0")]
    public void A_gpu_may_be_named_by_its_UUID(string text, string devices)
    {
        Assert.Equal(devices.Split(' '), DeviceSpec.Parse(text, new SomeMachine(4, 3)));
    }

    [Fact]
    public void A_UUID_that_is_not_there_is_told_with_those_that_are()
    {
        var error = Assert.Throws<ArgumentException>(() => DeviceSpec.Parse("cuda:GPU-7", new SomeMachine(4, 2)));

        Assert.Contains("asks for GPU-7, which is no GPU, or not one alone, of GPU-0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void This_machine_has_a_core_and_says_how_it_counted_its_gpus()
    {
        var machine = new ThisMachine();

        Assert.Equal(Environment.ProcessorCount, machine.Cores);
        Assert.True(machine.Processors.Count == 0 || machine.Processors.Count == machine.Cores);
        Assert.NotEmpty(machine.GpuNote);
        Assert.NotEmpty(DeviceSpec.Parse("auto"));
    }
}
