using System.Text;

namespace VaeSweep.Cluster.Launch;

/// <summary>Job arrays of Slurm, one worker a task. A task that is preempted is queued again; before its time is up it gives its
/// trials back, and is queued again too, unless nothing is left to train.</summary>
internal sealed class SlurmLauncher : ILauncher
{
    private const string Script = "vaesweep-worker.sbatch";

    public string Name => "slurm";

    public string Description => "job arrays of a Slurm cluster";

    public LaunchPlan Plan(LaunchRequest request)
    {
        if (request.KeyFile is null)
            throw new ArgumentException("slurm needs --key FILE: the head's join file, in a folder that the nodes see too.");
        var arrays = Enumerable.Range(0, (request.Nodes + request.ArrayLimit - 1) / request.ArrayLimit)
            .Select(chunk => Math.Min(request.ArrayLimit, request.Nodes - (chunk * request.ArrayLimit)));
        return new LaunchPlan(
            [(Script, Text(request))],
            [.. arrays.Select(size => (IReadOnlyList<string>)["sbatch", $"--array=0-{size - 1}", Script])],
            "squeue --me shows them; scancel JOB ends one, which first brings its trials to a checkpoint and gives them back");
    }

    private static string Text(LaunchRequest request)
    {
        var text = new StringBuilder("#!/bin/bash\n");
        foreach (var option in Options(request))
            text.Append("#SBATCH ").Append(option).Append('\n');

        text.Append('\n');
        foreach (var (name, value) in request.Environment(request.KeyFile))
            text.Append("export ").Append(name).Append('=').Append(Shell.Quote(value)).Append('\n');

        text.Append(
            $"""
            {Shell.Line([.. request.WorkerCommand(), "--drain-on", "SIGUSR1"])} &
            worker=$!
            time_is_up= signalled=
            trap 'time_is_up=yes signalled=yes; kill -USR1 "$worker"' USR1
            trap 'signalled=yes; kill -TERM "$worker"' TERM
            wait "$worker"; code=$?
            # A signal ends the wait, and not the worker.
            while [ -n "$signalled" ]; do signalled=; wait "$worker"; code=$?; done
            # It has given its trials back, and goes on with whatever is open when this task's turn comes again.
            [ -z "$time_is_up" ] || exec scontrol requeue "$SLURM_JOB_ID"
            exit "$code"

            """);
        return text.ToString();
    }

    private static IEnumerable<string> Options(LaunchRequest request)
    {
        yield return "--job-name=vaesweep";
        yield return "--nodes=1";
        yield return "--ntasks=1";
        yield return $"--cpus-per-task={request.CpusPerNode}";
        if (request.GpusPerNode > 0)
        {
            yield return $"--gpus-per-task={request.GpusPerNode}";
            yield return $"--gpu-bind=single:{request.GpusPerNode}";
        }

        if (request.Partition is not null)
            yield return $"--partition={request.Partition}";

        if (request.TimeLimit is not null)
            yield return $"--time={request.TimeLimit}";

        yield return "--requeue";
        yield return $"--signal=B:USR1@{request.GraceSeconds}";
        yield return "--open-mode=append";
        yield return "--output=vaesweep-%A_%a.log";
    }
}
