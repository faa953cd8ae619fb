using VaeSweep.Cluster.Former.Kernel;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Former;

internal sealed partial class WorkerActor
{
    /// <summary>Starts in a row that may fail before a device that never had a trainer is given up, and one that had.</summary>
    private const int FirstStarts = 3;
    private const int LaterStarts = 10;
    private static readonly TimeSpan LongestRestartDelay = TimeSpan.FromSeconds(30);

    private ITrainer? _trainer;
    private string? _stack;
    private bool _everReady;
    private int _failedStarts;
    private int _crashes;

    /// <param name="Unclaimed">Closes it should the worker end before it hears of it.</param>
    private sealed record TrainerReady(ITrainer Trainer, CancellationTokenRegistration Unclaimed);

    private sealed record TrainerNotReady(Exception Error);

    private sealed record StartAgain;

    private void ReceiveTrainerMessages()
    {
        Receive<TrainerReady>(OnTrainerReady);
        Receive<TrainerNotReady>(OnTrainerNotReady);
        Receive<StartAgain>(_ => StartTrainer());
    }

    private void StartTrainer()
    {
        if (_draining)
        {
            return;
        }

        Show(DeviceState.Starting);
        var launcher = _options.Launcher;
        var device = _device;
        var token = _life.Token;
        _ = Context.System.RunDetached(async () =>
            {
                var trainer = await launcher.StartAsync(device, token);
                if (token.IsCancellationRequested)
                {
                    // The worker has ended meanwhile; nobody else would close it.
                    await trainer.DisposeAsync();
                    token.ThrowIfCancellationRequested();
                }

                return new TrainerReady(trainer, token.Register(() => _ = trainer.DisposeAsync().AsTask()));
            })
            .PipeTo(Self, failure: e => new TrainerNotReady(e));
    }

    private void OnTrainerReady(TrainerReady ready)
    {
        ready.Unclaimed.Unregister();
        _trainer = ready.Trainer;
        _stack = SoftwareStack.Of(ready.Trainer.Provenance);
        Context.Parent.Tell(new NodeActor.TrainerKnown(ready.Trainer.Provenance));
        _everReady = true;
        _failedStarts = 0;
        if (_life.IsCancellationRequested)
        {
            _ = CloseTrainer();
            return;
        }

        Log.TrainerReady(_logger, _device, _name, ready.Trainer.Provenance);
        Next();
    }

    private void OnTrainerNotReady(TrainerNotReady failed)
    {
        if (_life.IsCancellationRequested)
        {
            return;
        }

        _failedStarts++;
        var reason = ReasonOf(failed.Error);
        Log.TrainerNotStarted(_logger, _device, _name, _failedStarts, reason);
        if (_failedStarts >= (_everReady ? LaterStarts : FirstStarts))
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
        Context.Parent.Tell(new NodeActor.DeviceFailed(_device, reason));
        _draining = true;
        _claimsLife.Cancel();
        Release(_waiting.SelectMany(pack => pack).ToList());
        _waiting.Clear();
        LeaveIfDrained();
    }

    private void RestartTrainer(Exception cause)
    {
        _ = CloseTrainer();
        _crashes++;
        Log.TrainerCrashed(_logger, _device, _name, _crashes, ReasonOf(cause));
        if (_draining)
        {
            return;
        }

        Show(DeviceState.Starting);
        if (_crashes == 1)
        {
            StartTrainer();
        }
        else
        {
            Timers.StartSingleTimer("trainer", new StartAgain(), BackOff(_crashes - 1));
        }
    }

    private TimeSpan BackOff(int failures)
    {
        var delay = TimeSpan.FromSeconds(0.5 * Math.Pow(2, Math.Min(failures, 10)));
        return (delay < LongestRestartDelay ? delay : LongestRestartDelay) * _store.Jitter();
    }

    private Task<bool> CloseTrainer()
    {
        if (_trainer is not { } trainer)
        {
            return Task.FromResult(true);
        }

        _trainer = null;
        return Context.System.RunDetached(async () =>
        {
            await trainer.DisposeAsync();
            return true;
        });
    }
}
