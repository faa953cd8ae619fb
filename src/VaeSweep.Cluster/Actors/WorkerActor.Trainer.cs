using Akka.Actor;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <content>The trainer: started, started again, and given up.</content>
internal sealed partial class WorkerActor
{
    /// <summary>Starts in a row that may fail before a device that never had a trainer is given up, and one that had, or whose
    /// trainer is killed by others before it is ready.</summary>
    private const int FirstStarts = 3;
    private const int LaterStarts = 10;
    private static readonly TimeSpan _longestBackOff = TimeSpan.FromSeconds(30);

    private ITrainer? _trainer;
    private bool _wasEverReady;
    private int _failedStarts;
    private int _crashes;

    /// <param name="Unclaimed">Closes it should the worker end before it hears of it.</param>
    private sealed record TrainerReady(ITrainer Trainer, CancellationTokenRegistration Unclaimed);

    private sealed record TrainerNotReady(Exception Error);

    private sealed record StartAgain;

    private void ReceiveTrainerMessages()
    {
        On<TrainerReady>(OnTrainerReady);
        On<TrainerNotReady>(OnTrainerNotReady);
        On<StartAgain>(_ => StartTrainer());
    }

    private void StartTrainer()
    {
        if (_state.Drains)
            return;
        Show(DeviceState.Starting);
        _scope.Beside(StartAsync, Self, ready => ready, failure => new TrainerNotReady(failure));
    }

    private async Task<TrainerReady> StartAsync()
    {
        var trainer = await _options.Launcher.StartAsync(_device, _life.Token);
        if (_life.IsCancellationRequested)
        {
            // The worker has ended meanwhile; nobody else would close it.
            await trainer.DisposeAsync();
            _life.Token.ThrowIfCancellationRequested();
        }

        return new TrainerReady(trainer, _life.Token.Register(() => _ = trainer.DisposeAsync().AsTask()));
    }

    private void OnTrainerReady(TrainerReady ready)
    {
        ready.Unclaimed.Unregister();
        (_trainer, _wasEverReady, _failedStarts) = (ready.Trainer, true, 0);
        if (_life.IsCancellationRequested)
        {
            CloseTrainer();
            return;
        }

        var provenance = ready.Trainer.Provenance;
        _state.Trainer = (SoftwareStack.Of(provenance), provenance);
        Context.Parent.Tell(new TrainerKnown(provenance));
        Log.TrainerReady(_logger, _device, _name, provenance);
        BecomeIdleSoon();
    }

    private void OnTrainerNotReady(TrainerNotReady failed)
    {
        if (_life.IsCancellationRequested)
            return;
        _failedStarts++;
        var reason = ReasonOf(failed.Error);
        Log.TrainerNotStarted(_logger, _device, _name, _failedStarts, reason);
        if (_failedStarts >= (_wasEverReady || WasKilled(failed.Error) ? LaterStarts : FirstStarts))
        {
            GiveUp(reason);
            return;
        }

        Show(DeviceState.Starting, reason);
        Timers.StartSingleTimer("trainer", new StartAgain(), BackOff(_failedStarts));
    }

    /// <summary>What waits for this device goes back to the others.</summary>
    private void GiveUp(string reason)
    {
        Show(DeviceState.Failed, reason);
        Context.Parent.Tell(new DeviceFailed(_device, reason));
        TellAll(_state.Drain().Ends);
    }

    private void RestartTrainer(Exception cause)
    {
        CloseTrainer();
        _crashes++;
        Log.TrainerCrashed(_logger, _device, _name, _crashes, ReasonOf(cause));
        if (_state.Drains)
            return;
        Show(DeviceState.Starting);
        if (_crashes == 1)
            StartTrainer();
        else
            Timers.StartSingleTimer("trainer", new StartAgain(), BackOff(_crashes - 1));
    }

    /// <summary>Longer each time, and not the same everywhere.</summary>
    private TimeSpan BackOff(int failures)
    {
        var delay = TimeSpan.FromSeconds(0.5 * Math.Pow(2, Math.Min(failures, 10)));
        return (delay < _longestBackOff ? delay : _longestBackOff) * (0.5 + _random.NextDouble());
    }

    private void CloseTrainer() => CloseTrainer(ActorRefs.Nobody, afterwards: new Status.Success(_device));

    /// <param name="told">Hears of it afterwards.</param>
    private void CloseTrainer(IActorRef told, object afterwards)
    {
        var trainer = _trainer;
        (_trainer, _state.Trainer) = (null, null);
        _scope.Beside(
            async () =>
            {
                if (trainer is not null)
                    await trainer.DisposeAsync();
                return afterwards;
            },
            told, success: _ => afterwards, failure: _ => afterwards);
    }

    /// <summary>By SIGKILL or SIGTERM: a machine without memory for it now, or somebody, and nothing of the device.</summary>
    private static bool WasKilled(Exception error) => error is TrainerCrashedException { ExitCode: 128 + 9 or 128 + 15 };

    /// <summary>What is kept of a crash: the message, the exit code and the last lines, each once.</summary>
    private static string ReasonOf(Exception error)
    {
        var reason = error.Message;
        if (error is not TrainerCrashedException crash)
            return reason;
        if (crash.ExitCode is { } code && !reason.Contains(code.ToString(), StringComparison.Ordinal))
            reason += $" (exit code {code})";
        if (crash.LastLines.Length > 0 && !reason.Contains(crash.LastLines, StringComparison.Ordinal))
            reason += $" Its last lines:\n{crash.LastLines}";
        return reason;
    }
}
