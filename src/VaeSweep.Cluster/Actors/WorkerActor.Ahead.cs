namespace VaeSweep.Cluster.Actors;

/// <content>Asking for the next packs: early enough not to idle, late enough not to take them from a device that does.</content>
internal sealed partial class WorkerActor
{
    private TimeSpan? _jobTook;
    private int _jobEpochs;

    private sealed record NearTheEnd(int Job);

    /// <summary>A job of a single epoch tells of its end only when it is there: it is expected to take as long as the one before.
    /// A longer one tells by its epochs, and what is granted at its beginning would be kept from other devices for all its
    /// hours.</summary>
    private void AskAheadOfOneEpoch()
    {
        _state.AsksAhead = false;
        if (_jobTook is not { } took
            || _job!.Open.Values.Any(one => one.Trial.Budget - one.CheckpointEpoch > 1))
        {
            return;
        }
        if (took > _options.PrefetchAhead)
            Timers.StartSingleTimer("near the end", new NearTheEnd(_job.Number), took - _options.PrefetchAhead);
        else
            _state.AsksAhead = true;
    }

    private void AskAheadIfNearTheEnd()
    {
        if (_state.AsksAhead)
            return;
        var now = _scope.Clock.Now;
        foreach (var hand in _job!.Open.Values)
        {
            var done = Math.Max(1, hand.LastEpoch - hand.FirstEpoch);
            var perEpoch = (now - hand.StartedAt!.Value) / done;
            if (perEpoch * (hand.Trial.Budget - hand.LastEpoch) > _options.PrefetchAhead)
                return;
        }

        _state.AsksAhead = true;
        ShowGateway();
    }

    /// <summary>As many packs are asked for as fill <see cref="NodeOptions.ClaimFor"/>, by how long the last one took.</summary>
    private void LearnFrom(Job job, Exception? error)
    {
        // A trial that cannot be trained fails at once: the next ones are not taken by the dozen, only to fail alike. Nor does
        // one tell of the others that its trainer left alone.
        _jobTook = job.HasFailed || error is not null ? null : _scope.Clock.Now - job.BegunAt;
        _jobEpochs = job.Epochs;
        if (_jobTook is not { } took)
        {
            _state.Packs = 1;
            return;
        }

        var packs = Math.Ceiling(_options.ClaimFor / (took > TimeSpan.Zero ? took : TimeSpan.FromTicks(1)));
        _state.Packs = (int)Math.Clamp(packs, 1, _options.MostClaimed);
    }
}
