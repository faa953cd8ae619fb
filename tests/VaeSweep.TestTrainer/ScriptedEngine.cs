using System.Diagnostics;
using System.Runtime.InteropServices;
using VaeSweep.Sweeps;
using VaeSweep.Training;

namespace VaeSweep.TestTrainer;

/// <summary>Does with each trial what the trial's id says: ok, exit, kill, throw, memory, noise, wait.</summary>
internal sealed partial class ScriptedEngine : ITrainingEngine
{
    public const string BrokenVariable = "VAESWEEP_TEST_BROKEN";

    public ScriptedEngine(string device)
    {
        if (Environment.GetEnvironmentVariable(BrokenVariable) is { Length: > 0 } reason)
            throw new InvalidOperationException(reason);

        var threads = Process.GetCurrentProcess().Threads.Count;
        Provenance =
            $$"""{"device":"{{device}}","pid":{{Environment.ProcessId}},"processors":{{Environment.ProcessorCount}},"""
            + $$"""
            "threads":{{threads}},"omp":"{{Variable("OMP_NUM_THREADS")}}","gpus":"{{Variable("CUDA_VISIBLE_DEVICES")}}"}
            """;
    }

    public string Provenance { get; }

    public void Run(TrainerJob job, IJobContext context)
    {
        foreach (var trial in job.Trials)
            RunTrial(trial, context);
    }

    public void Dispose()
    {
    }

    private static void RunTrial(TrainerTrial trial, IJobContext context)
    {
        switch (trial.TrialId)
        {
            case "exit":
                Console.Error.WriteLine("first of the last words");
                Console.Error.WriteLine("last of the last words");
                Environment.Exit(7);
                break;
            case "kill":
                Process.GetCurrentProcess().Kill();
                break;
            case "throw":
                throw new InvalidOperationException("the script says so");
            case "memory":
                // Beyond the largest array there is: fails without asking the system for a byte.
                GC.KeepAlive(new byte[int.MaxValue]);
                break;
            case "noise":
                // What a native library may do: raw bytes to descriptor 1, past .NET.
                var noise = new byte[100_000];
                _ = NativeWrite(1, noise, (nuint)noise.Length);
                Console.WriteLine("and a line by way of .NET");
                break;
            case "wait":
                var wait = new SpinWait();
                while (!context.StopRequested(trial.TrialKey))
                    wait.SpinOnce(sleep1Threshold: 1);

                context.Emit(new Checkpointed(trial.TrialKey, 0, Path.Combine(trial.ArtifactsFolder, "ckpt"), Best: false));
                context.Emit(new TrialStopped(trial.TrialKey));
                return;
        }

        for (var epoch = 1; epoch <= 3; epoch++)
            context.Emit(new EpochDone(trial.TrialKey, new() { Epoch = epoch, TrainElbo = -100.0 / epoch }));

        context.Emit(new TrialFinished(trial.TrialKey, [new("test_elbo", -1.0 / 3, 1, 10)], "model"));
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "unset";

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint NativeWrite(int descriptor, byte[] bytes, nuint count);
}
