namespace VaeSweep.Gpu.Tests;

/// <summary>Random streams of the device under test: the CPU's, number for number.</summary>
public sealed class StreamTests : DeviceTest
{
    [Fact]
    public void A_place_gives_the_numbers_of_the_cpu()
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var normal = new NoiseStream(123, 4, 5).randn([1001], type);
            var uniform = new NoiseStream(123, 4, 6).rand([1001], type);

            Close("normal", normal, OnDevice(device => new NoiseStream(123, 4, 5).randn([1001], type, device)),
                ScalarType.Float32);
            Close("uniform", uniform, OnDevice(device => new NoiseStream(123, 4, 6).rand([1001], type, device)),
                ScalarType.Float32);
        }
    }

    [Fact]
    public void Seeds_and_places_draw_apart()
    {
        var draws = new[] { (123UL, 0), (124UL, 0), (123UL, 1) }
            .Select(
                place =>
                    Doubles(
                        OnDevice(device => new NoiseStream(place.Item1, 0, place.Item2)
                            .randn([1000], ScalarType.Float32, device)))).ToArray();

        Assert.Equal(3, draws.Select(values => values[0]).Distinct().Count());
        Assert.All(draws, values => Assert.InRange(values.Average(), -0.15, 0.15));
    }

    [Fact]
    public void A_trial_draws_the_same_alone_and_in_a_pack()
    {
        var pack = OnDevice(device =>
            Noise.randn([3, 50, 7], [new NoiseStream(1), new NoiseStream(2), new NoiseStream(3)], ScalarType.Float32, device));
        var single = OnDevice(device => Noise.randn([1, 50, 7], [new NoiseStream(2)], ScalarType.Float32, device));

        Assert.Equal(Device.ToString(), pack.device.ToString());
        Assert.Equal(Doubles(single.select(0, 0)), Doubles(pack.select(0, 1)));
    }

    [Fact]
    public void Data_goes_to_the_device_and_comes_back_unchanged()
    {
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        double[] doubles = [1.0 / 3, double.NaN, double.NegativeInfinity, 5e-324];

        var there = torch.tensor(bytes, [16, 16], device: Device);

        Assert.Equal(Device.ToString(), there.device.ToString());
        Assert.Equal(bytes, there.cpu().bytes.ToArray());
        Assert.Equal(doubles, Doubles(torch.tensor(doubles, [2, 2], device: Device)));
        Assert.Equal(
            bytes.Select(b => (double)(b / 255f)),
            Doubles(there.to(ScalarType.Float32).div(torch.full([1], 255, dtype: ScalarType.Float32, device: Device))));
    }
}
