using System.Diagnostics;
using VaeSweep.Cluster.Launch;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace VaeSweep.Cluster.Tests.Launch;

/// <summary>The structure of the Kubernetes manifests, as the API's reference has it.</summary>
public sealed class ManifestTests
{
    private static readonly LaunchPlan _plan = Launchers.All.Single(l => l.Name == "k8s").Plan(new LaunchRequest
    {
        Head = "head.lab:4053", Program = "vaesweep", Nodes = 8, GpusPerNode = 2, KeyFile = "sweeps.db.key",
        Image = "vaesweep:cuda",
    });

    [Fact]
    public void The_job_runs_a_worker_a_pod_with_its_gpus_and_its_secret()
    {
        var job = Assert.Single(Documents("vaesweep-workers.yaml"));

        Assert.Equal(("batch/v1", "Job"), (Text(job, "apiVersion"), Text(job, "kind")));
        Assert.Equal(("8", "8", "Indexed"),
            (Text(job, "spec.parallelism"), Text(job, "spec.completions"), Text(job, "spec.completionMode")));
        var pod = Map(job, "spec.template.spec");
        var container = (Dictionary<object, object>)((List<object>)pod["containers"])[0];
        Assert.Equal("2", Text(container, "resources.limits.\"nvidia.com/gpu\""));
        Assert.Equal(["worker", "--devices", "cuda", "--alive-file", "/scratch/alive"], ((List<object>)container["args"])
            .Cast<string>());
        Assert.Equal(("Never", "120"), (Text(pod, "restartPolicy"), Text(pod, "terminationGracePeriodSeconds")));
        AssertMountsExist(pod);
    }

    [Fact]
    public void The_probe_fails_once_the_worker_no_longer_touches_its_file()
    {
        var container = (Dictionary<object, object>)((List<object>)Map(
            Assert.Single(Documents("vaesweep-workers.yaml")), "spec.template.spec")["containers"])[0];
        var command = (List<object>)Map(container, "livenessProbe.exec")["command"];
        var file = Path.GetTempFileName();
        try
        {
            Assert.Equal(0, Probe(command, file));
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file) - TimeSpan.FromMinutes(3));
            Assert.NotEqual(0, Probe(command, file));
        }
        finally
        {
            File.Delete(file);
        }

        Assert.NotEqual(0, Probe(command, file));
    }

    private static int Probe(List<object> command, string file)
    {
        var words = command.Select(word => ((string)word).Replace("/scratch/alive", file, StringComparison.Ordinal)).ToList();
        using var process = Process.Start(
            new ProcessStartInfo(words[0], words.Skip(1)) { UseShellExecute = false, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    [Fact]
    public void No_manifest_holds_a_key_and_the_secret_is_made_from_its_file()
    {
        Assert.All(_plan.Files, file => Assert.DoesNotContain("kind: Secret", file.Text, StringComparison.Ordinal));
        Assert.Equal(1, _plan.Commands.Count(c => Shell.Line(c).Contains("create secret generic", StringComparison.Ordinal)));
    }

    private static void AssertMountsExist(Dictionary<object, object> pod, params string[] claimed)
    {
        var volumes = ((List<object>)pod["volumes"]).Select(v => (string)((Dictionary<object, object>)v)["name"]).Concat(claimed)
            .ToHashSet();
        var container = (Dictionary<object, object>)((List<object>)pod["containers"])[0];
        Assert.All((List<object>)container["volumeMounts"], mount =>
            Assert.Contains((string)((Dictionary<object, object>)mount)["name"], volumes));
    }

    private static List<Dictionary<object, object>> Documents(string name)
    {
        var parser = new YamlDotNet.Core.Parser(new StringReader(_plan.Files.Single(f => f.Name == name).Text));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<Dictionary<object, object>>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.Accept<YamlDotNet.Core.Events.DocumentStart>(out _))
            documents.Add(deserializer.Deserialize<Dictionary<object, object>>(parser));

        return documents;
    }

    /// <param name="path">Keys with dots between; one that holds dots itself in quotes, last.</param>
    private static object At(Dictionary<object, object> map, string path)
    {
        var quote = path.IndexOf('"', StringComparison.Ordinal);
        IEnumerable<string> keys = quote < 0
            ? path.Split('.') : [.. path[..quote].TrimEnd('.').Split('.'), path[quote..].Trim('"')];
        return keys.Aggregate((object)map, (at, key) => ((Dictionary<object, object>)at)[key]);
    }

    private static string Text(Dictionary<object, object> map, string path) => (string)At(map, path);

    private static Dictionary<object, object> Map(Dictionary<object, object> map, string path) =>
        (Dictionary<object, object>)At(map, path);
}
