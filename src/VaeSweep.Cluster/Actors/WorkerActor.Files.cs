using Akka.Actor;
using VaeSweep.Cluster.Files;
using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <content>Files of attempts, where the head does not see them: an attempt's checkpoint or end is told once its files are at the
/// head, under the paths that they have there. Training goes on meanwhile, and so do other attempts.</content>
internal sealed partial class WorkerActor
{
    /// <param name="Told">What to tell of it; null when there is nothing to be told.</param>
    /// <param name="Fault">Why the head will never have it; null when it has.</param>
    private sealed record Sent(TrialInHand Hand, object? Told, string? Fault);

    private void TellOnceSent(TrialInHand hand, EpochCheckpoint checkpoint)
    {
        if (_scope.Files is not { IsShared: false } files)
        {
            Tell(hand, checkpoint);
            return;
        }

        hand.Files.Add(checkpoint);
        files.Delete(hand.Files.TakeObsolete());
        SendNext(hand, files);
    }

    private void EndOnceSent(TrialInHand hand, AttemptEnd? end, Func<AttemptEnd?, EndEntry?> told)
    {
        if (_scope.Files is not { IsShared: false } files || (hand.Files.IsEmpty && !HasFiles(end)) || !_state.Send(hand.Attempt))
        {
            TellOrForget(hand, told(end));
            return;
        }

        hand.Files.Ending = (end, told);
        SendNext(hand, files);
    }

    private void SendNext(TrialInHand hand, NodeFiles files)
    {
        if (hand.Files.IsSending || (hand.Files.IsEmpty && hand.Files.Ending is null))
            return;
        var (next, end, life) = (hand.Files.Begin(), hand.Files.Ending?.End, _life.Token);
        _scope.Beside<object?>(
            async () =>
            {
                if (next is { } checkpoint)
                    return await files.SendAsync(checkpoint.Path, life) is { } path ? checkpoint with { Path = path } : null;
                return end is null ? null : await WithFilesAtHeadAsync(end, files, life);
            },
            Self,
            told => new Sent(hand, told, Fault: null),
            failure => new Sent(hand, Told: null, failure.Message));
    }

    private void OnSent(Sent sent)
    {
        var (hand, told, fault) = sent;
        if (_hands.GetValueOrDefault(hand.Attempt) != hand || _scope.Files is not { } files)
            return;
        var wasEnd = hand.Files.IsEnd;
        hand.Files.Done();
        var trial = hand.Trial;
        if (fault is not null)
            Log.FileNotTaken(_logger, trial.Sweep, trial.TrialId, trial.Ordinal, _name, fault);
        if (wasEnd)
        {
            var (end, ended) = hand.Files.Ending!.Value;
            TellOrForget(hand, ended(fault is null ? (AttemptEnd?)told : new AttemptEnd(AttemptOutcome.Failed)
            {
                FailureClass = FailureClass.Error, Reason = fault,
            }));
            return;
        }

        if (told is EpochCheckpoint checkpoint && _state.Held.Contains(hand.Attempt))
            Tell(hand, checkpoint);
        files.Delete(hand.Files.TakeObsolete());
        SendNext(hand, files);
    }

    private void ForgetFiles(TrialInHand hand)
    {
        if (_scope.Files is not { IsShared: false } files)
            return;
        var (trial, life) = (hand.Trial, _life.Token);
        var folder = Artifacts.Folder(files.Root, trial.Sweep, trial.TrialId, hand.Key, trial.Ordinal);
        _scope.Beside(
            async () =>
            {
                try
                {
                    // What the trainer printed is for people: the head has it where it can be had.
                    await files.SendAsync(Path.Combine(folder, TrainerLog.FileName), life);
                }
                catch (FileTransferException)
                {
                    // It is gone with the folder.
                }

                files.DeleteFolder(folder);
                return folder;
            },
            ActorRefs.Nobody, gone => gone, failure => new Status.Failure(failure));
    }

    private static bool HasFiles(AttemptEnd? end) =>
        end is not null && (end.ModelPath is not null || end.Evaluations.Any(one => one.File is not null));

    /// <exception cref="FileTransferException">The head will never take one of them.</exception>
    private static async Task<AttemptEnd> WithFilesAtHeadAsync(
        AttemptEnd end, NodeFiles files, CancellationToken cancellationToken)
    {
        async Task<string?> SendAsync(string? file) => file is null ? null
            : await files.SendAsync(file, cancellationToken) ?? throw new FileNotFoundException($"'{file}' is gone.");

        var evaluations = new List<Evaluation>(end.Evaluations.Count);
        foreach (var one in end.Evaluations)
            evaluations.Add(one with { File = await SendAsync(one.File) });
        return end with { ModelPath = await SendAsync(end.ModelPath), Evaluations = evaluations };
    }
}
