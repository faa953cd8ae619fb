namespace VaeSweep.Models;

public sealed partial class PackModel
{
    /// <summary>Replaces the running statistics of batch normalisation by those of one pass over images, one sample of z each.
    /// Each batch is normalised by its own statistics on the way, as in training. Nothing happens to a model without batch
    /// normalisation.</summary>
    /// <param name="batches">[M, B, D] each, taken one after the other; belongs to the caller.</param>
    /// <param name="streams">Each trial's own, for the samples.</param>
    /// <remarks>The ladder VAE's published code measures test bounds with such statistics.</remarks>
    public void RenewStatistics(
        IEnumerable<Tensor> batches, IReadOnlyList<NoiseStream> streams, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (_mode.Norms.Count == 0)
            return;

        var training = _mode.Training;
        (_mode.Training, _mode.Gathering) = (true, true);
        using var noGrad = no_grad();
        try
        {
            foreach (var x in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                _ = _family.Draw(_family.Encode(x), x, DrawNoise((int)x.size(1), 1, streams), ratios: false);
            }

            _mode.Norms.ForEach(norm => norm.UseGathered());
        }
        finally
        {
            (_mode.Training, _mode.Gathering) = (training, false);
            _mode.Norms.ForEach(norm => norm.ForgetGathered());
        }
    }
}
