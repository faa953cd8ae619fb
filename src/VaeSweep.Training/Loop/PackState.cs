using VaeSweep.Models;
using VaeSweep.Models.Layers;
using VaeSweep.Sweeps;
using VaeSweep.Training.Optimizers;

namespace VaeSweep.Training;

/// <summary>The tensors of a pack in training: models and optimiser. Made from its lanes' checkpoints or seeds, and given back as
/// checkpoints.</summary>
internal sealed class PackState : IDisposable
{
    /// <summary>Before the names of the best model's tensors, where training may stop early.</summary>
    private const string BestModel = "best/";

    private readonly IReadOnlyList<Lane> _lanes;

    /// <exception cref="CheckpointException">A lane's checkpoint does not fit the model; the message says how.</exception>
    public PackState(IReadOnlyList<Lane> lanes, int inputs, Device device, DataHints hints)
    {
        _lanes = lanes;
        var config = lanes[0].Phase.Config;
        try
        {
            Model = PackModel.Create(
                config.Model, config.Objective, inputs, [.. lanes.Select(lane => TrialStreams.OfInit(lane.Config.Seed))], device,
                ScalarType.Float32, hints);
            Optimizer = OptimizerKinds.Registry[config.Train.Optimizer](
                Model.Parameters, [.. lanes.Select(lane => lane.Phase.Config.Train)]);
            for (var m = 0; m < lanes.Count; m++)
            {
                if (lanes[m].From is { } checkpoint)
                    Import(m, checkpoint);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public PackModel Model { get; }

    public IOptimizer Optimizer { get; }

    /// <summary>What each of the chosen lanes needs to go on, with its progress as it stands.</summary>
    public IReadOnlyList<Checkpoint> Export(IReadOnlyList<Lane> chosen)
    {
        var tensors = Slices(chosen, Named());
        return
        [
            .. chosen.Select((lane, i) =>
            {
                tensors[i].AddRange((lane.Best ?? []).Select(tensor => tensor with { Name = BestModel + tensor.Name }));
                return new Checkpoint(lane.Fingerprint, Numerics.Number, lane.Progress, tensors[i]);
            }),
        ];
    }

    /// <summary>The models alone: what is trained and what batch normalisation keeps.</summary>
    public IReadOnlyList<IReadOnlyList<HostTensor>> ExportModels(IReadOnlyList<Lane> chosen) =>
        Slices(chosen, [.. Model.Parameters, .. Model.Buffers]);

    /// <summary>The best model that a checkpoint holds beside the one in training; null where there is none.</summary>
    public static IReadOnlyList<HostTensor>? BestOf(Checkpoint checkpoint)
    {
        HostTensor[] best = [.. checkpoint.Tensors.Where(tensor => tensor.Name.StartsWith(BestModel, StringComparison.Ordinal))
            .Select(tensor => tensor with { Name = tensor.Name[BestModel.Length..] })];
        return best.Length == 0 ? null : best;
    }

    /// <summary>A checkpoint whose model is another one: the best instead of the last.</summary>
    public static Checkpoint WithModel(Checkpoint checkpoint, IReadOnlyList<HostTensor> model)
    {
        var others = model.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        return checkpoint with { Tensors =
            [.. checkpoint.Tensors.Select(tensor => others.GetValueOrDefault(tensor.Name, tensor))] };
    }

    public void Dispose()
    {
        Optimizer?.Dispose();
        Model?.Dispose();
    }

    /// <summary>Each chosen lane's part of some tensors, on the host.</summary>
    private List<HostTensor>[] Slices(IReadOnlyList<Lane> chosen, IEnumerable<NamedTensor> named)
    {
        var places = chosen.Select(Place).ToArray();
        var tensors = Array.ConvertAll(places, _ => new List<HostTensor>());
        foreach (var (name, tensor) in places.Length == 0 ? [] : named)
        {
            var whole = tensor.Bytes();
            var shape = tensor.shape[1..];
            var length = whole.Length / _lanes.Count;
            for (var i = 0; i < places.Length; i++)
            {
                var slice = _lanes.Count == 1 ? whole : whole.AsSpan(places[i] * length, length).ToArray();
                tensors[i].Add(new(name, SavedTensors.DtypeOf(tensor), shape, slice));
            }
        }

        return tensors;
    }

    private int Place(Lane lane) => _lanes.Index().First(entry => ReferenceEquals(entry.Item, lane)).Index;

    private IEnumerable<NamedTensor> Named() => [.. Model.Parameters, .. Model.Buffers, .. Optimizer.State];

    private void Import(int lane, Checkpoint checkpoint)
    {
        var saved = new SavedTensors(checkpoint.Tensors);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in Named())
            saved.Fill(name, tensor, lane);
    }
}
