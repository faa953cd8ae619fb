using System.Runtime.InteropServices;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>A trainer process from its first line to its last: takes jobs over its input, tells events over its output, ends with
/// its parent.</summary>
public static class TrainerHost
{
    /// <summary>The real trainer: libtorch, and the data sets that the environment names.</summary>
    /// <inheritdoc cref="Run(IReadOnlyList{string}, Func{TrainerArguments, ITrainingEngine})"/>
    public static int Run(IReadOnlyList<string> args) => Run(args, arguments =>
    {
        // A GPU trainer sees its own GPU alone, as number 0.
        var device = TrainerEnvironment.ParseDevice(arguments.Device).Kind == "cuda" ? new Device(DeviceType.CUDA, 0) : CPU;
        var engine = new TorchTrainingEngine(device, DatasetStore.FromEnvironment());
        return device.type != DeviceType.CUDA || torch.cuda.device_count() == 1
            ? engine
            : throw new InvalidOperationException(
                $"{arguments.Device} was to be this trainer's only GPU, and libtorch sees {torch.cuda.device_count()}.");
    });

    /// <summary>Runs until the parent is gone or closes the input.</summary>
    /// <param name="args">--device D --parent PID</param>
    /// <param name="createEngine">Loads what the engine needs; a failure is written to standard error, where the node finds
    /// it.</param>
    /// <returns>The exit code: 1 when no engine could be made, 2 for wrong arguments.</returns>
    public static int Run(IReadOnlyList<string> args, Func<TrainerArguments, ITrainingEngine> createEngine)
    {
        TrainerArguments arguments;
        try
        {
            arguments = TrainerArguments.Parse(args);
        }
        catch (ArgumentException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }

        DieWithParent(arguments.ParentPid);
        // Ctrl-C reaches the whole foreground process group; the node decides what becomes of its trainers.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ignore);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ignore);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ignore);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Ignore);

        var (input, output) = TrainerStreams.Take();
        var inbox = new TrainerInbox();
        new Thread(() => inbox.ReadFrom(input)) { IsBackground = true, Name = "commands" }.Start();

        ITrainingEngine engine;
        try
        {
            OwnDevice.Verify(arguments.Device);
            engine = createEngine(arguments);
        }
        catch (Exception failure)
        {
            // Main's own catch: whatever kept the engine from being made is the node's to report.
            Console.Error.WriteLine(FailureClasses.Reason(failure));
            return 1;
        }

        using (engine)
        using (var outbox = new TrainerOutbox(output))
        {
            outbox.Send(new FromTrainer { Ready = engine.Provenance });
            foreach (var command in inbox.Jobs)
                RunJob(engine, command, inbox, outbox);
        }

        return 0;
    }

    private static void RunJob(ITrainingEngine engine, ToTrainer command, TrainerInbox inbox, TrainerOutbox outbox)
    {
        var context = new JobContext(command.Job, command.Run!, inbox, outbox);
        try
        {
            engine.Run(command.Run!, context);
            context.FailOpenTrials(FailureClass.Error, "The trainer ended the job without a result for this trial.");
        }
        catch (Exception failure)
        {
            // The job's own boundary: its trials fail with the reason, the process goes on to the next job.
            Console.Error.WriteLine(FailureClasses.Details(failure));
            context.FailOpenTrials(FailureClasses.Of(failure), FailureClasses.Reason(failure));
        }

        inbox.Forget(command.Job);
        outbox.Send(new FromTrainer { Job = command.Job, JobDone = true });
    }

    private static void DieWithParent(int parentPid)
    {
        _ = Libc.Prctl(Libc.PrSetPdeathsig, Libc.Sigkill, 0, 0, 0);
        // The parent may have died before the request was made; then nobody would ever send the signal.
        if (Libc.GetParentPid() != parentPid)
            Libc.ExitNow(1);
    }

    private static void Ignore(PosixSignalContext context) => context.Cancel = true;
}
