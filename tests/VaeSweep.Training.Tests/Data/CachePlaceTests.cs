using VaeSweep.Training.Data;

namespace VaeSweep.Training.Tests.Data;

public sealed class CachePlaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaesweep-home-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/proc/1/nowhere")]
    public void Without_a_home_that_can_be_written_fetched_files_go_among_the_temporary_ones(string? home)
    {
        var options = DatasetStoreOptions.From(name => name == "HOME" ? home : null);

        Assert.Equal(Path.Combine(Path.GetTempPath(), $"vaesweep-{Environment.UserName}", "vaesweep", "data"),
            options.CacheFolder);
    }

    [Fact]
    public void A_home_has_the_cache_and_an_absolute_cache_folder_goes_first()
    {
        var home = DatasetStoreOptions.From(name => name == "HOME" ? _folder : null);
        var named = DatasetStoreOptions.From(name => name switch { "HOME" => _folder, "XDG_CACHE_HOME" => "/named", _ => null });
        var relative = DatasetStoreOptions.From(name =>
            name switch { "HOME" => _folder, "XDG_CACHE_HOME" => "named", _ => null });

        Assert.Equal(Path.Combine(_folder, ".cache", "vaesweep", "data"), home.CacheFolder);
        Assert.Equal("/named/vaesweep/data", named.CacheFolder);
        Assert.Equal(home.CacheFolder, relative.CacheFolder);
    }
}
