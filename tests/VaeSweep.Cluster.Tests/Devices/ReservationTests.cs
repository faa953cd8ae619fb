namespace VaeSweep.Cluster.Tests.Devices;

public sealed class ReservationTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"vaesweep-locks-{Guid.NewGuid():N}");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Two_workers_have_different_cores_and_a_third_is_told_who_has_them()
    {
        using var first = Take("cpu:1", "worker one");
        using var second = Take("cpu:1", "worker two");

        var third = Assert.Throws<ArgumentException>(() => Take("cpu:1", "worker three"));

        Assert.Equal(["cpu:0"], first.Devices);
        Assert.Equal(["cpu:1"], second.Devices);
        Assert.Equal(
            "'cpu:1' asks for 1 CPU slot, and 0 of 2 cores are free: taken are core 0 by worker one, core 2 by worker two. Wait "
                + "for them, or give --share to have several trials on one core.",
            third.Message);
    }

    [Fact]
    public void What_is_asked_for_by_number_is_not_reduced_and_auto_takes_what_is_free()
    {
        using var first = Take("cpu:1", "worker one");

        var both = Assert.Throws<ArgumentException>(() => Take("cpu:2", "worker two"));
        using var rest = Take("auto", "worker three");

        Assert.Contains("asks for 2 CPU slots, and 1 of 2 cores is free: taken are core 0 by worker one. Write cpu:1, or "
            + "give --share", both.Message, StringComparison.Ordinal);
        Assert.Equal(["cpu:1"], rest.Devices);
        Assert.Equal("taken are core 0 by worker one", rest.Note);
    }

    [Fact]
    public void What_a_refused_or_ended_worker_had_is_free_again()
    {
        using (Take("cpu:1", "gone"))
            Assert.Throws<ArgumentException>(() => Take("cpu:2", "refused"));

        using var all = Take("cpu:2", "last");

        Assert.Equal(["cpu:0", "cpu:1"], all.Devices);
        Assert.Null(all.Note);
    }

    [Fact]
    public void A_gpu_is_one_workers_whatever_number_it_has_there()
    {
        using var first = Take("cuda:1", "worker one", gpus: 2);
        using var rest = Take("cuda", "worker two", gpus: 2);

        var third = Assert.Throws<ArgumentException>(() => Take("cuda:GPU-1", "worker three", gpus: 2));

        Assert.Equal(["cuda:0"], rest.Devices);
        Assert.Contains("asks for 1 GPU, and 0 are free: taken are cuda:1 by worker one", third.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_devices_and_cores_that_are_limited_in_time_alone_are_not_reserved()
    {
        using var first = Take("cpu:2", "worker one");
        using var shared = DeviceReservation.Share("cpu:2", new SomeMachine(2, 0));
        using var timed = DeviceReservation.Take("cpu:2", "worker two", _folder, new SomeMachine(2, 0) { Processors = [] });

        Assert.Equal(first.Devices, shared.Devices);
        Assert.Equal(first.Devices, timed.Devices);
    }

    private DeviceReservation Take(string text, string who, int gpus = 0) =>
        DeviceReservation.Take(text, who, _folder, new SomeMachine(2, gpus));
}
