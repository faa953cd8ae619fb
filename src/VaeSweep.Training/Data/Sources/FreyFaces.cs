using VaeSweep.Sweeps;

[assembly: KindsIn(typeof(VaeSweep.Training.Data.FreyFaces))]

namespace VaeSweep.Training.Data;

/// <summary>Frey faces: frames of one film of one face.</summary>
public static class FreyFaces
{
    private static readonly DatasetFacts _facts = DatasetList.At("frey-faces");

    public static DatasetSource Source { get; } = new()
    {
        Facts = _facts,
        Title = "Frey faces",
        Note = "Grey; meant for dataset.binarization none. 1,965 frames of a film, shuffled once by a fixed seed and split as "
            + "VampPrior does; that code " +
            "shuffles without a seed, so its test images differ from run to run and from these. No labels.",
        Citation = "S. Roweis, images courtesy of B. Frey; used by D. P. Kingma, M. Welling, \"Auto-encoding variational "
            + "Bayes\", arXiv:1312.6114",
        Licence = "none stated",
        Home = new Uri("https://cs.nyu.edu/~roweis/data.html"),
        Forms =
        [
            new DataForm(
            [
                new DataFile
                {
                    Name = "frey_rawface.mat",
                    Bytes = 1_100_584,
                    Sha256 = "265a83a23adb081755cd3de375509828e690324d1d60f076b8ecebc840d59c64",
                }.At(
                    "https://cs.nyu.edu/~roweis/data/",
                    "https://github.com/vilhess/projet_meth_ia/raw/417f18d/dataset/"),
            ], Read),
        ],
    };

    private static PublishedImages Read(IReadOnlyList<DataContent> files)
    {
        // Each column is one image, row by row, and columns are stored one after the other: the bytes are in order as they are.
        var (train, valid) = (_facts.TrainImages, _facts.TrainImages + _facts.ValidImages);
        var count = valid + _facts.TestImages;
        var film = MatReader.Get(MatReader.Parse(files[0]), files[0].Path, "ff", _facts.Pixels, count).Values;
        var order = EpochOrder.OfDataset("frey", count);
        return new PublishedImages(
            Split(SplitKind.Train, order[..train]), Split(SplitKind.Valid, order[train..valid]),
            Split(SplitKind.Test, order[valid..]));

        ImageSplit Split(SplitKind part, int[] frames) => new ImageSplit(part, film, _facts.Pixels).Select(frames);
    }
}
