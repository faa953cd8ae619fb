using FsCheck;
using FsCheck.Fluent;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Former;

namespace VaeSweep.Cluster.Tests.Former;

public sealed class ArtifactsTests
{
    [Fact]
    public void No_name_leaves_the_artifacts_folder()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), name =>
        {
            var folder = Artifacts.Folder("/folder/of/all", name ?? "", "abc", 3);

            return Path.GetFullPath(folder) == folder && Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(folder))) == "/folder/of/all";
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("iwae-mnist_2.1", "iwae-mnist_2.1")]
    [InlineData("..", "%2E.")]
    [InlineData("../../etc", "%2E.%2F..%2Fetc")]
    [InlineData("a b", "a%20b")]
    [InlineData("é", "%C3%A9")]
    public void Names_stay_readable_where_they_can(string name, string folder)
    {
        Assert.Equal(folder, Artifacts.SafeName(name));
    }

    [Fact]
    public void Different_names_have_different_folders_long_ones_too()
    {
        var names = new[] { "a", "A", "a%20", "a ", "", new string('x', 300), new string('x', 301), new string('é', 100), new string('é', 101) };

        Assert.Equal(names.Length, names.Select(Artifacts.SafeName).Distinct().Count());
        Assert.All(names, name => Assert.InRange(Artifacts.SafeName(name).Length, 1, 120));
    }

    [Fact]
    public void Deleting_takes_the_folder_that_it_empties_and_passes_over_what_is_gone()
    {
        var root = Directory.CreateTempSubdirectory("vaesweep-artifacts-").FullName;
        try
        {
            var (first, second) = (Path.Combine(root, "attempt-1"), Path.Combine(root, "attempt-2"));
            Directory.CreateDirectory(first);
            Directory.CreateDirectory(second);
            string[] files = [Path.Combine(first, "a"), Path.Combine(second, "b"), Path.Combine(second, "c")];
            foreach (var file in files)
            {
                File.WriteAllText(file, "");
            }

            var deleted = new ArtifactDisk().Delete([files[0], files[1], Path.Combine(root, "never", "was")]);

            Assert.Equal(2, deleted);
            Assert.False(Directory.Exists(first));
            Assert.True(File.Exists(files[2]));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
