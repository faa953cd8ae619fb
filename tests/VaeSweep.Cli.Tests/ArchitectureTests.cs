using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using VaeSweep.Store;

namespace VaeSweep.Cli.Tests;

public sealed partial class ArchitectureTests
{
    /// <summary>What each project may reference, of ours. No step goes back up: a line added here is a decision for
    /// docs/adr.</summary>
    private static readonly Dictionary<string, string[]> _allowed = new(StringComparer.Ordinal)
    {
        ["VaeSweep.Sweeps"] = [],
        ["VaeSweep.Torch"] = [],
        ["VaeSweep.Models"] = ["VaeSweep.Torch", "VaeSweep.Sweeps"],
        ["VaeSweep.Training"] = ["VaeSweep.Models", "VaeSweep.Torch", "VaeSweep.Sweeps"],
        ["VaeSweep.Store"] = ["VaeSweep.Sweeps"],
        ["VaeSweep.Cluster"] = ["VaeSweep.Store", "VaeSweep.Sweeps"],
        ["VaeSweep.Results"] = ["VaeSweep.Store", "VaeSweep.Sweeps"],
        ["vaesweep"] =
        [
            "VaeSweep.Cluster", "VaeSweep.Models", "VaeSweep.Results", "VaeSweep.Store", "VaeSweep.Sweeps", "VaeSweep.Torch",
            "VaeSweep.Training",
        ],
    };

    public static TheoryData<string> Projects => [.. _allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_project_references_one_above_it(string project)
    {
        var references = Assembly.Load(project).GetReferencedAssemblies().Select(a => a.Name!).Where(IsOurs);

        Assert.Empty(references.Except(_allowed[project], StringComparer.Ordinal));
    }

    [Fact]
    public void Every_assembly_of_ours_has_its_place_in_the_list()
    {
        var ours = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Where(name => IsOurs(name) && !name.EndsWith(".Tests", StringComparison.Ordinal) && name != "VaeSweep.Store.Hammer");

        Assert.Equal(_allowed.Keys.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_training_side_knows_libtorch()
    {
        foreach (var project in new[] { "VaeSweep.Sweeps", "VaeSweep.Store", "VaeSweep.Cluster", "VaeSweep.Results" })
            Assert.DoesNotContain("VaeSweep.Torch", Reachable(project));
    }

    [Fact]
    public void TorchSharp_is_seen_by_Torch_Models_and_Training_alone()
    {
        var seen = _allowed.Keys.Where(project =>
            Assembly.Load(project).GetReferencedAssemblies().Any(a => a.Name == "TorchSharp"));

        Assert.Equal(["VaeSweep.Models", "VaeSweep.Torch", "VaeSweep.Training"], seen.Order(StringComparer.Ordinal));
    }

    // TorchSharp, left to itself, takes whatever libtorch the system knows.
    [Fact]
    public void Whoever_calls_TorchSharp_waits_for_its_libtorch_from_the_start()
    {
        foreach (var assembly in _allowed.Keys.Where(name => name != "VaeSweep.Torch").Select(Assembly.Load))
        {
            var calls = assembly.GetReferencedAssemblies().Any(a => a.Name == "TorchSharp");

            Assert.Equal(calls, assembly.GetType("VaeSweep.Torch.TorchUser") is not null);
        }
    }

    [Fact]
    public void Only_the_store_and_the_query_command_know_sql()
    {
        var elsewhere = Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Sources, file).Replace('\\', '/'), Text: File.ReadAllText(file)))
            .Where(file => !file.Path.StartsWith("VaeSweep.Store/", StringComparison.Ordinal)
                && !file.Path.Contains("/obj/", StringComparison.Ordinal)
                && file.Path is not ("VaeSweep.Cli/Commands/QueryCommand.cs" or "VaeSweep.Results/Queries/NamedQueries.cs"
                    // What is asked in a browser, and in named queries.
                    or "VaeSweep.Cli/Dashboard/Views/QueryView.cs"
                    // Takes what a command was given to the head's store.
                    or "VaeSweep.Cluster/Commands/Methods.cs"))
            .ToList();

        Assert.True(elsewhere.Count > 400, $"only {elsewhere.Count} files below {Sources}");
        Assert.DoesNotContain(elsewhere, file => file.Text.Contains($".{nameof(IStore.QueryAsync)}(", StringComparison.Ordinal));
        // What a person may type after `query` is a hint, and not sent.
        Assert.Empty(elsewhere.Where(file => SqlPattern().IsMatch(HintPattern().Replace(file.Text, "")))
            .Select(file => file.Path));
    }

    private static string Sources { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../src"));

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex("query \\\\\"SELECT [^\"]*", RegexOptions.CultureInvariant)]
    private static partial Regex HintPattern();

    [GeneratedRegex(@"\b(SELECT\s+[\w*(]|INSERT\s+INTO\s|DELETE\s+FROM\s|UPDATE\s+\w+\s+SET\s)", RegexOptions.CultureInvariant)]
    private static partial Regex SqlPattern();

    private static HashSet<string> Reachable(string project)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([project]);
        while (open.TryDequeue(out var next))
        {
            foreach (var name in Assembly.Load(next).GetReferencedAssemblies().Select(a => a.Name!).Where(IsOurs)
                .Where(found.Add))
            {
                open.Enqueue(name);
            }
        }

        return found;
    }

    private static bool IsOurs(string name) => name.StartsWith("VaeSweep", StringComparison.OrdinalIgnoreCase);
}
