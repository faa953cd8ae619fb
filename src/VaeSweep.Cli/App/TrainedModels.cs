using VaeSweep.Results;
using VaeSweep.Results.Figures;
using VaeSweep.Store;
using VaeSweep.Sweeps;
using VaeSweep.Torch;
using VaeSweep.Training;
using VaeSweep.Training.Data;

namespace VaeSweep.Cli;

/// <summary>Opens the models that trials left, for figures.</summary>
internal sealed class TrainedModels(IStore store, string sweep) : ITrainedModels
{
    private readonly Dictionary<DatasetConfig, Dataset> _datasets = [];

    public async Task<ITrainedModel> OpenAsync(FigureTrial trial, CancellationToken cancellationToken)
    {
        var found = (await store.FindTrialsAsync(trial.Id, sweep, 2, cancellationToken))[0];
        if (found.ModelPath is null)
            throw new ResultsException($"trial {trial.Id} of '{sweep}' has left no model.");

        if (!File.Exists(found.ModelPath))
        {
            throw new ResultsException($"the model of trial {trial.Id} of '{sweep}' is not at {found.ModelPath}. It is on the "
                + "head's machine, or was deleted.");
        }
        var model = Open(found.ModelPath, trial.Id);
        try
        {
            return new Opened(model, await DatasetAsync(model, cancellationToken));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private StoredModel Open(string path, string trial)
    {
        try
        {
            return StoredModel.Open(path);
        }
        catch (CheckpointException unreadable)
        {
            throw new ResultsException($"the model of trial {trial} of '{sweep}' cannot be opened: {unreadable.Message}");
        }
        catch (TorchLibraryException missing)
        {
            throw new ResultsException($"figures of trained models need libtorch: {missing.Message}");
        }
    }

    private async Task<Dataset> DatasetAsync(StoredModel model, CancellationToken cancellationToken)
    {
        var config = model.Config.Dataset;
        if (!_datasets.TryGetValue(config, out var dataset))
        {
            dataset = await DatasetStore.FromEnvironment().LoadAsync(config, cancellationToken, model.Folder);
            _datasets.Add(config, dataset);
        }

        return dataset;
    }

    private sealed class Opened(StoredModel model, Dataset dataset) : ITrainedModel
    {
        public int ImageWidth => model.Width;
        public int ImageHeight => model.Height;
        public IReadOnlyList<int> LatentSizes => model.LatentSizes;
        public int ImportanceSamples => model.Config.Evaluate.ImportanceSamples;

        public TestImages Images(int count)
        {
            var test = dataset.Test.Slice(0, Math.Min(count, dataset.Test.Count));
            var pixels = new float[test.Pixels.Length];
            test.Images.Convert(0, test.Count, pixels);

            return new TestImages(dataset.Name, test.Count, pixels, test.Labels);
        }

        public IReadOnlyList<float[]> Encode(float[] images) => [.. model.Encode(images).Select(layer => layer.Means)];

        public IReadOnlyList<float[]> EncodeSamples(float[] images, long seed) => model.EncodeSamples(images, (ulong)seed);

        public float[] Decode(IReadOnlyList<float[]> codes) => model.Decode(codes);

        public IReadOnlyList<float[]> SampleCodes(int count, long seed) => model.SampleLatents(count, (ulong)seed);

        public float[]? PseudoInputs() => model.PseudoInputs();

        public double[] LogLikelihoods(float[] images, int samples, long seed) =>
            model.LogLikelihoods(images, samples, (ulong)seed);

        public void Dispose() => model.Dispose();
    }
}
