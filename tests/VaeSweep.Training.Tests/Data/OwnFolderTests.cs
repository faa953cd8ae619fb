using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

/// <summary>Where data sets of somebody's own are kept, and what their names stand for.</summary>
public sealed class OwnFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_set_is_its_images_whatever_it_is_called_and_wherever_they_came_from()
    {
        var first = Add("first", Images("a.npy"));
        var second = Add("second", Images("b.npy"));

        Assert.Equal(first.Facts.Sha256, second.Facts.Sha256);
        Assert.False(first.WasThere);
        Assert.True(second.WasThere);
        Assert.Equal(first.File, second.File);
        Assert.Equal(["first", "second"], Folder().List().Select(set => set.Facts.Name));
        Assert.Equal(Path.GetFileName(first.File), $"{Checksum(first.File!)}.safetensors");
    }

    [Fact]
    public void Other_images_under_the_same_name_are_another_set_and_the_old_one_stays()
    {
        var before = Add("mine", Images("a.npy"));
        var after = Add("mine", Images("b.npy", change: 1));

        Assert.NotEqual(before.Facts.Sha256, after.Facts.Sha256);
        Assert.Equal(after.Facts, Folder().Named("mine")!.Facts);
        Assert.Equal(6, Folder().Load(before.Facts).Train.Count + 3);
    }

    [Fact]
    public void A_name_that_goes_takes_the_images_with_it_unless_another_has_them()
    {
        var (first, second) = (Add("first", Images("a.npy")), Add("second", Images("b.npy")));

        Assert.Equal(0, Folder().Remove(first));
        Assert.True(File.Exists(second.File));
        Assert.True(Folder().Remove(second) > 0);

        Assert.Empty(Directory.GetFileSystemEntries(_folder["cache/own"]));
        var missing = Assert.Throws<DataUnavailableException>(() => Folder().Load(first.Facts));
        Assert.Contains($"data set first (SHA-256 {first.Facts.Sha256![..12]}...)", missing.Message, StringComparison.Ordinal);
        Assert.Contains("vaesweep data add first PATH", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_were_changed_on_the_disk_are_not_trained_on()
    {
        var set = Add("mine", Images("a.npy"));
        var bytes = File.ReadAllBytes(set.File!);
        bytes[^1] ^= 1;
        File.WriteAllBytes(set.File!, bytes);

        Assert.Contains("is damaged: its SHA-256 is", Folder().WhatIsWrong(set), StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => Folder().Load(set.Facts));
    }

    [Fact]
    public void A_path_is_read_again_only_when_its_files_have_changed()
    {
        var file = Images("a.npy");
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(50));
        var looked = new List<string>();
        OwnSet Read() => Folder().Add(
            null, file, new ImportOptions { KeepOrder = true }, (what, _, _) => looked.Add(what), Token);

        var first = Read();
        var read = looked.Count;
        var again = Read();
        Assert.Equal((read, first.Facts), (looked.Count, again.Facts));
        Assert.True(read > 0 && again.WasThere);

        Images("a.npy", change: 1);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(51));
        Assert.NotEqual(first.Facts.Sha256, Read().Facts.Sha256);
        Assert.True(looked.Count > read);
    }

    [Fact]
    public void What_was_interrupted_leaves_nothing()
    {
        using var stopped = new CancellationTokenSource();
        var file = Images("a.npy");

        Assert.Throws<OperationCanceledException>(() => Folder().Add(
            "mine", file, new ImportOptions(), (_, _, _) => stopped.Cancel(), stopped.Token));

        Assert.Empty(Directory.GetFileSystemEntries(_folder["cache/own"]));
    }

    [Fact]
    public void Images_are_shuffled_alike_on_every_machine_and_split_by_share_or_number()
    {
        var pixels = Enumerable.Range(0, 100).SelectMany(image => (byte[])[(byte)image, (byte)(image + 1)]).ToArray();
        var file = _folder.Write("many.npy", MadeFiles.Npy("|u1", "(100, 1, 2)", pixels));

        var shares = Folder().Load(Add("shares", file, new ImportOptions()).Facts);
        var counts = Folder().Load(Add("counts", file, new ImportOptions { Valid = 0, Test = 25 }).Facts);

        Assert.Equal((80, 10, 10), (shares.Train.Count, shares.Valid!.Count, shares.Test.Count));
        Assert.Equal((75, 25), (counts.Train.Count, counts.Test.Count));
        Assert.Null(counts.Valid);
        var order = EpochOrder.OfDataset("own", 100);
        Assert.Equal(order[..80].Select(image => (byte)image), shares.Train.Pixels.ToArray().Where((_, i) => i % 2 == 0));
        Assert.NotEqual(Enumerable.Range(0, 80), order[..80]);
    }

    [Fact]
    public void The_data_folder_has_them_where_it_can_be_written()
    {
        var options = new DatasetStoreOptions { SharedFolder = _folder["shared"], CacheFolder = _folder["cache"] };
        Directory.CreateDirectory(_folder["shared"]);

        var set = new OwnFolder(options).Add("mine", Images("a.npy"), new ImportOptions(), null, Token);

        Assert.StartsWith(_folder["shared/own"], set.File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_finds_what_the_head_was_sent_beside_its_files()
    {
        var set = Add("mine", Images("a.npy"));
        Directory.CreateDirectory(_folder["artifacts/_data"]);
        File.Move(set.File!, _folder["artifacts/_data/" + Path.GetFileName(set.File)]);
        var store = new DatasetStore(new DatasetStoreOptions { CacheFolder = _folder["cache"] });
        var config = new DatasetConfig { Name = "mine", Own = set.Facts, Binarization = "none" };

        var dataset = store.Load(config, _folder["artifacts/sweep/trial/attempt-1"]);

        Assert.Equal((3, 2, 3), (dataset.Height, dataset.Width, dataset.Train.Count));
        Assert.Throws<DataUnavailableException>(() => new DatasetStore(
            new DatasetStoreOptions { CacheFolder = _folder["cache"] }).Load(config));
    }

    private string Images(string name, byte change = 0)
    {
        byte[] pixels = [.. MadeFiles.Pixels];
        pixels[0] += change;
        return _folder.Write(name, MadeFiles.Npy("|u1", "(6, 3, 2)", pixels));
    }

    private OwnSet Add(string name, string file, ImportOptions? options = null) =>
        Folder().Add(name, file, options ?? new ImportOptions { Valid = 1, Test = 2 }, progress: null, Token);

    private OwnFolder Folder() => new(new DatasetStoreOptions { CacheFolder = _folder["cache"] });

    private static string Checksum(string file) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
}
