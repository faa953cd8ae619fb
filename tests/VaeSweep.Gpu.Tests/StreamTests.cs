namespace VaeSweep.Gpu.Tests;

/// <summary>Random streams of the device under test. Values are never held against another device or libtorch.</summary>
public sealed class StreamTests : DeviceTest
{
    [Fact]
    public void A_seed_gives_the_same_numbers_again()
    {
        using var one = new Generator(123, Device);
        using var other = new Generator(123, Device);
        using var different = new Generator(124, Device);

        var draws = Doubles(torch.randn([1000], one));

        Assert.Equal(draws, Doubles(torch.randn([1000], other)));
        Assert.NotEqual(draws, Doubles(torch.randn([1000], different)));
        Assert.InRange(draws.Average(), -0.15, 0.15);
    }

    [Fact]
    public void A_stream_goes_on_from_a_saved_state()
    {
        using var stream = new Generator(7, Device);
        _ = torch.randn([3], stream);
        var state = stream.get_state();
        var expected = Doubles(torch.randn([100], stream));

        using var other = new Generator(8, Device);
        other.set_state(state);

        Assert.Equal(expected, Doubles(torch.randn([100], other)));
    }

    [Fact]
    public void Streams_do_not_touch_each_other()
    {
        using var one = new Generator(1, Device);
        using var other = new Generator(1, Device);

        _ = torch.randn([17], other);
        var draws = Doubles(torch.randn([20], one));

        Assert.Equal(draws, Doubles(torch.randn([20], other.manual_seed(1))));
    }

    [Fact]
    public void A_trial_draws_the_same_alone_and_in_a_pack()
    {
        Generator[] three = [new(1, Device), new(2, Device), new(3, Device)];
        using var alone = new Generator(2, Device);

        var pack = torch.empty([3, 50, 7], ScalarType.Float32, Device).normal_(0, 1, three);
        var single = torch.randn([1, 50, 7], [alone]);

        Assert.Equal(Device, pack.device);
        Assert.Equal(Doubles(single.select(0, 0)), Doubles(pack.select(0, 1)));
        Array.ForEach(three, stream => stream.Dispose());
    }

    [Fact]
    public void Data_goes_to_the_device_and_comes_back_unchanged()
    {
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        double[] doubles = [1.0 / 3, double.NaN, double.NegativeInfinity, 5e-324];

        var there = torch.tensor<byte>(bytes, [16, 16], Device);

        Assert.Equal(Device, there.device);
        Assert.Equal(bytes, there.data<byte>());
        Assert.Equal(doubles, torch.tensor<double>(doubles, [2, 2], Device).data<double>());
        Assert.Equal(bytes.Select(b => b / 255f), there.to(ScalarType.Float32).div(torch.full([1], 255, ScalarType.Float32, Device)).data<float>());
    }
}
